import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { closedFor } from '../support/closed-connections.js'
import { limits, refusedPublishes } from '../support/refused-publishes.js'
import { statement } from '../support/statement.js'
import { tightClient } from '../support/tight-client.js'
import { byte, packet } from '../support/wire.js'

statement('MQTT-3.5.2-1', 'PUBREC carries one of the reason codes that are listed for it.', () => {
  it('tells a publisher whether anybody was reached', async () => {
    const instance = await startInstance()
    const publisher = await instance.connect({ level: 5 })
    expect(await publisher.publish('a', 'x', { qos: 2 })).toBe(reasonCodes.noMatchingSubscribers)
    const subscriber = await instance.connect()
    await subscriber.subscribe('a', 0)
    expect(await publisher.publish('a', 'x', { qos: 2 })).toBe(reasonCodes.success)
    await publisher.expectNothing()
  })

  it.each(refusedPublishes)('tells why $what is refused', async ({ topic, properties, reasonCode }) => {
    const instance = await startInstance({ limits })
    const watcher = await instance.connect()
    await watcher.subscribe('#', 2)
    const publisher = await instance.connect({ level: 5 })
    expect(await publisher.publish(topic, 'x', { qos: 2, properties })).toBe(reasonCode)
    await watcher.expectNothing()
    await publisher.expectNothing()
  })

  it.each([
    reasonCodes.noSubscriptionExisted,
    reasonCodes.malformedPacket,
    reasonCodes.packetIdentifierNotFound
  ])('closes the connection of a client that sends another one: %i', async (reasonCode) => {
    expect(await closedFor(5, packet('50', `0001${byte(reasonCode)}`))).toBe(reasonCodes.protocolError)
  })
})

statement('MQTT-3.5.2-2', 'PUBREC has no Reason String that makes it too large for its receiver.', () => {
  it('says why in a sentence only where there is room', async () => {
    const instance = await startInstance()
    const roomy = await instance.connect({ level: 5 })
    roomy.sendPublish('$x', 'x', { qos: 2 })
    const { properties } = await roomy.next('pubrec')
    expect(properties?.reasonString).toEqual(expect.any(String))
    const tight = await tightClient(instance)
    const packetId = tight.sendPublish('$x', 'x', { qos: 2 })
    const answer = { type: 'pubrec', packetId, reasonCode: reasonCodes.notAuthorized, properties: undefined }
    expect(await tight.next()).toEqual(answer)
    await tight.expectNothing()
  })
})

statement('MQTT-3.5.2-3', 'PUBREC has no User Property that makes it too large for its receiver.', () => {
  it('names the limit that was met only where there is room', async () => {
    const instance = await startInstance({ limits })
    const roomy = await instance.connect({ level: 5 })
    roomy.sendPublish('a/b/c', 'x', { qos: 2 })
    const { properties } = await roomy.next('pubrec')
    expect(properties?.userProperties).toEqual([expect.anything()])
    const tight = await tightClient(instance)
    const packetId = tight.sendPublish('a/b/c', 'x', { qos: 2 })
    const answer = {
      type: 'pubrec',
      packetId,
      reasonCode: reasonCodes.topicNameInvalid,
      properties: undefined
    }
    expect(await tight.next()).toEqual(answer)
    await tight.expectNothing()
  })
})
