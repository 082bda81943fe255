import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { closedFor } from '../support/closed-connections.js'
import { noTest, statement } from '../support/statement.js'
import { tightClient } from '../support/tight-client.js'
import { byte, packet } from '../support/wire.js'

statement('MQTT-3.7.2-1', 'PUBCOMP carries one of the reason codes that are listed for it.', () => {
  it('says success, also when the packet id was released before', async () => {
    const client = await (await startInstance()).connect({ level: 5 })
    const packetId = client.sendPublish('a', 'x', { qos: 2 })
    await client.next('pubrec')
    expect((await client.release(packetId)).reasonCode).toBe(reasonCodes.success)
    expect((await client.release(packetId)).reasonCode).toBe(reasonCodes.success)
    await client.expectNothing()
  })

  it.each([reasonCodes.noMatchingSubscribers, reasonCodes.unspecifiedError, reasonCodes.malformedPacket])(
    'closes the connection of a client that sends another one: %i',
    async (reasonCode) => {
      expect(await closedFor(5, packet('70', `0001${byte(reasonCode)}`))).toBe(reasonCodes.protocolError)
    }
  )
})

statement('MQTT-3.7.2-2', 'PUBCOMP has no Reason String that makes it too large for its receiver.', () => {
  it('says only that it is complete', async () => {
    const client = await tightClient(await startInstance())
    client.ack('pubrel', 7)
    const answer = {
      type: 'pubcomp',
      packetId: 7,
      reasonCode: reasonCodes.success,
      properties: undefined
    }
    expect(await client.next()).toEqual(answer)
    await client.expectNothing()
  })
})

noTest(
  'MQTT-3.7.2-3',
  'PUBCOMP has no User Property that makes it too large for its receiver.',
  'shown by [MQTT-3.7.2-2]'
)
