import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'

statement('MQTT-3.3.4-1', 'A PUBLISH is answered as its QoS asks for.', () => {
  it.each(levelsBefore5)('of level %i: nothing, PUBACK, or PUBREC and PUBCOMP', async (level) => {
    const client = await (await startInstance()).connect({ level })
    client.sendBytes('3003 0001 61')
    await client.expectNothing()
    client.sendBytes('3205 0001 61 0007')
    expect(await client.next()).toMatchObject({ type: 'puback', packetId: 7 })
    await client.expectNothing()
    client.sendBytes('3405 0001 61 0008')
    expect(await client.next()).toMatchObject({ type: 'pubrec', packetId: 8 })
    await client.expectNothing()
    client.sendBytes('6202 0008')
    expect(await client.next()).toMatchObject({ type: 'pubcomp', packetId: 8 })
    await client.expectNothing()
  })
})
