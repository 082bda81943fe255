import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'

statement('MQTT-3.12.4-1', 'A PINGREQ is answered with a PINGRESP.', () => {
  it.each(levelsBefore5)('to level %i, each one', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const answer = nextBytes(client)
    client.sendBytes('c000 c000')
    expect(await answer).toBe('d000d000')
    for (let time = 0; time < 2; time++) await client.next('pingresp')
    await client.expectNothing()
  })

  it.each(levelsBefore5)('to level %i also while it acknowledges nothing', async (level) => {
    const instance = await startInstance({ limits: { maxInflight: 1 } })
    const client = await instance.connect({ level })
    await client.subscribe('a', 1)
    const publisher = await instance.connect()
    for (const payload of ['under way', 'waiting']) await publisher.publish('a', payload, { qos: 1 })
    await client.next('publish')
    await client.expectNothing()
  })
})
