import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { keptSession } from '../support/kept-session.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'

statement(
  'MQTT-3.10.4-1',
  'UNSUBSCRIBE deletes the subscription whose filter is the same, character by character.',
  () => {
    it.each(levels)('of level %i: no other one, whatever it matches', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      await client.subscribe('a/b', 1)
      await client.unsubscribe('a/+', 'a/#', '#', 'A/b', 'a/b/', '/a/b', 'a/b ', 'a')
      await client.publish('a/b', 'still', { qos: 1 })
      expect((await client.receive()).payload.toString()).toBe('still')
      await client.unsubscribe('a/b')
      await client.publish('a/b', 'gone', { qos: 1 })
      await client.expectNothing()
    })

    it.each(levels)('of level %i: also one with wildcards, and no one that it covers', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      await client.subscribe('a/+', 2)
      await client.subscribe('a/b', 0)
      await client.unsubscribe('a/+')
      const publisher = await instance.connect()
      await publisher.publish('a/c', 'gone', { qos: 2 })
      await publisher.publish('a/b', 'still', { qos: 2 })
      expect(await client.receive()).toMatchObject({ topic: 'a/b', qos: 0 })
      await client.expectNothing()
    })
  }
)

statement('MQTT-3.10.4-2', 'After UNSUBSCRIBE no new message is added for the client.', () => {
  it.each(levels)('of level %i: from UNSUBACK on, and others get it as before', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    const other = await instance.connect({ level })
    for (const subscriber of [client, other]) await subscriber.subscribe('a', 1)
    await client.unsubscribe('a')
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos: 1 })
    await other.receive()
    await client.expectNothing()
    await other.expectNothing()
  })

  it.each(levels)('of level %i: not for later either', async (level) => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(level))
    await first.subscribe('a', 1)
    await first.unsubscribe('a')
    await first.disconnect()
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos: 1 })
    const second = await instance.connect(keptSession(level))
    await second.expectNothing()
  })
})

statement('MQTT-3.10.4-3', 'A QoS 1 or 2 delivery that has begun is completed after UNSUBSCRIBE.', () => {
  it.each(levels)('to level %i: in the same connection', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', 2)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos: 2 })
    const { packetId } = await client.next('publish')
    await client.unsubscribe('a')
    client.ack('pubrec', packetId)
    expect(await client.next()).toMatchObject({ type: 'pubrel', packetId, reasonCode: 0 })
    client.ack('pubcomp', packetId)
    await client.expectNothing()
  })

  const begun = levels.flatMap((level) => [1, 2].map((qos) => ({ level, qos: qos as 1 | 2 })))
  it.each(begun)('to level $level at QoS $qos: in the next connection', async ({ level, qos }) => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(level))
    await first.subscribe('a', qos)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos })
    const { packetId } = await first.next('publish')
    await first.unsubscribe('a')
    await first.destroy()
    const second = await instance.connect(keptSession(level))
    expect(await second.receive()).toMatchObject({ packetId, dup: true, qos })
    await second.expectNothing()
  })
})

statement('MQTT-3.10.4-4', 'An UNSUBSCRIBE is answered with an UNSUBACK.', () => {
  it.each(levels)('to level %i, once', async (level) => {
    const client = await (await startInstance()).connect({ level })
    await client.subscribe('a')
    client.sendBytes(subscriptionPacket('a2', level, '0001 61'))
    expect((await client.next()).type).toBe('unsuback')
    await client.expectNothing()
  })
})

statement(
  'MQTT-3.10.4-5',
  'UNSUBACK has the packet id of its UNSUBSCRIBE, also when nothing was deleted.',
  () => {
    it.each(levels)('to level %i, without a subscription', async (level) => {
      const client = await (await startInstance()).connect({ level })
      for (const packetId of [0xffff, 1]) {
        client.send({ type: 'unsubscribe', packetId, topicFilters: ['never'] })
        expect(await client.next()).toMatchObject({ type: 'unsuback', packetId })
      }
      await client.expectNothing()
    })
  }
)

statement(
  'MQTT-3.10.4-6',
  'Filters in one UNSUBSCRIBE count like an UNSUBSCRIBE each, answered with one UNSUBACK.',
  () => {
    it.each(levels)('of level %i: all are deleted, whichever was there', async (level) => {
      const client = await (await startInstance()).connect({ level })
      await client.subscribe(['a', 'b', 'c'])
      client.sendBytes(subscriptionPacket('a2', level, '0001 61  0001 78  0001 63  0001 61'))
      const reasonCodes = level === 5 ? [0x00, 0x11, 0x00, 0x11] : []
      expect(await client.next()).toMatchObject({ type: 'unsuback', packetId: 1, reasonCodes })
      for (const topic of ['a', 'b', 'c']) await client.publish(topic, 'x')
      expect((await client.next('publish')).topic).toBe('b')
      await client.expectNothing()
    })
  }
)
