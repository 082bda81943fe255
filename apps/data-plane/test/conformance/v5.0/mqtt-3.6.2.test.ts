import { reasonCodes } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import { expect, it } from 'vitest'
import { startInstance, type TestInstance } from '../../support/data-plane.js'
import { closedFor } from '../support/closed-connections.js'
import { nextBytes } from '../support/next-bytes.js'
import { noTest, statement } from '../support/statement.js'
import { tightClient } from '../support/tight-client.js'
import { byte, packet } from '../support/wire.js'

/** A message whose PUBREC is the client's next step; answers its packet id. */
async function received(instance: TestInstance, subscriber: MqttProbe): Promise<number> {
  await subscriber.subscribe('a', 2)
  const publisher = await instance.connect()
  await publisher.publish('a', 'x', { qos: 2 })
  return (await subscriber.next('publish')).packetId
}

statement('MQTT-3.6.2-1', 'PUBREL carries one of the reason codes that are listed for it.', () => {
  it('says success, also when the same PUBREC comes twice', async () => {
    const instance = await startInstance()
    const subscriber = await instance.connect({ level: 5 })
    const packetId = await received(instance, subscriber)
    for (let time = 0; time < 2; time++) {
      subscriber.ack('pubrec', packetId)
      expect(await subscriber.next()).toMatchObject({ type: 'pubrel', packetId, reasonCode: 0 })
    }
    subscriber.ack('pubcomp', packetId)
    await subscriber.expectNothing()
  })

  it('answers the PUBREC of a message that nobody knows with success or not found', async () => {
    const subscriber = await (await startInstance()).connect({ level: 5 })
    subscriber.ack('pubrec', 7)
    const { packetId, reasonCode } = await subscriber.next('pubrel')
    expect(packetId).toBe(7)
    expect([reasonCodes.success, reasonCodes.packetIdentifierNotFound]).toContain(reasonCode)
  })

  it.each([reasonCodes.noMatchingSubscribers, reasonCodes.unspecifiedError, reasonCodes.malformedPacket])(
    'closes the connection of a client that sends another one: %i',
    async (reasonCode) => {
      expect(await closedFor(5, packet('62', `0001${byte(reasonCode)}`))).toBe(reasonCodes.protocolError)
    }
  )
})

statement('MQTT-3.6.2-2', 'PUBREL has no Reason String that makes it too large for its receiver.', () => {
  it('says nothing but its packet id', async () => {
    const instance = await startInstance()
    const subscriber = await tightClient(instance)
    const packetId = await received(instance, subscriber)
    const answer = nextBytes(subscriber)
    subscriber.ack('pubrec', packetId)
    expect(await answer).toBe('62020001')
  })
})

noTest(
  'MQTT-3.6.2-3',
  'PUBREL has no User Property that makes it too large for its receiver.',
  'shown by [MQTT-3.6.2-2]'
)
