import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'

statement('MQTT-3.12.4-1', 'A PINGREQ is answered with a PINGRESP.', () => {
  it.each(levels)('to level %i, each one', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const answer = nextBytes(client)
    client.sendBytes('c000 c000')
    expect(await answer).toBe('d000d000')
    for (let time = 0; time < 2; time++) await client.next('pingresp')
    await client.expectNothing()
  })

  it.each(levels)('to level %i between the steps of a delivery', async (level) => {
    const instance = await startInstance({ limits: { maxInflight: 1 } })
    const client = await instance.connect({ level })
    await client.subscribe('a', 2)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos: 2 })
    const packet = await client.next('publish')
    await client.ping()
    await client.acknowledge(packet)
    await client.expectNothing()
  })
})
