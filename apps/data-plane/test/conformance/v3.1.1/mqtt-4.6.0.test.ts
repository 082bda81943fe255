import type { Packet, PublishPacket, Qos } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos } from '../../support/versions.js'
import { keptSession } from '../support/kept-session.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { noTest, statement } from '../support/statement.js'

const numbers = Array.from({ length: 60 }, (_, number) => number)
const acknowledged = atLevelsBefore5(([1, 2] as const).map((qos) => ({ qos })))
const atAllQos = atLevelsBefore5(allQos.map((qos) => ({ qos })))

function numberOf({ payload }: PublishPacket): number {
  return Number(payload.toString())
}

/** Publishes the numbers in one segment, every third with RETAIN; answers the packet ids. */
function publishAll(publisher: MqttProbe, qos: Qos, topicOf = (_: number): string => 'a'): number[] {
  const packets = numbers.map((number) =>
    publisher.publishPacket(topicOf(number), `${number}`, { qos, retain: number % 3 === 0 })
  )
  publisher.send(...packets)
  return packets.map(({ packetId }) => packetId)
}

/** The packet ids of the next packets, as many as there are numbers, all of this type. */
async function idsOf(client: MqttProbe, type: Packet['type']): Promise<number[]> {
  const ids: number[] = []
  for (const _ of numbers) {
    const packet = await client.next()
    expect(packet.type).toBe(type)
    ids.push((packet as { packetId: number }).packetId)
  }
  return ids
}

statement('MQTT-4.6.0-1', 'What is sent again is sent in the order in which it was first sent.', () => {
  it.each(acknowledged)('to level $level at QoS $qos, before what is new', async ({ level, qos }) => {
    const instance = await startInstance({ limits: { maxInflight: 5 } })
    const first = await instance.connect(keptSession(level))
    await first.subscribe('a', qos)
    publishAll(await instance.connect({ autoAck: true }), qos)
    for (let number = 0; number < 5; number++) await first.next('publish')
    await first.destroy()
    const second = await instance.connect({ ...keptSession(level), autoAck: true })
    const received: PublishPacket[] = []
    for (const _ of numbers) received.push(await second.receive())
    expect(received.map(numberOf)).toEqual(numbers)
    expect(received.map(({ dup }) => dup)).toEqual(numbers.map((number) => number < 5))
    await second.expectNothing()
  })
})

statement('MQTT-4.6.0-2', 'PUBACKs are sent in the order of the messages.', () => {
  it.each(levelsBefore5)('to level %i', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const ids = publishAll(client, 1)
    expect(await idsOf(client, 'puback')).toEqual(ids)
    await client.expectNothing()
  })
})

statement('MQTT-4.6.0-3', 'PUBRECs are sent in the order of the messages.', () => {
  it.each(levelsBefore5)('to level %i', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const ids = publishAll(client, 2)
    expect(await idsOf(client, 'pubrec')).toEqual(ids)
    await client.expectNothing()
  })
})

statement('MQTT-4.6.0-4', 'PUBRELs are sent in the order of the PUBRECs.', () => {
  it.each(levelsBefore5)('to level %i, whatever the order of the messages was', async (level) => {
    const instance = await startInstance({ limits: { maxInflight: numbers.length } })
    const client = await instance.connect({ level })
    await client.subscribe('a', 2)
    publishAll(await instance.connect({ autoAck: true }), 2)
    const backwards = (await idsOf(client, 'publish')).toReversed()
    client.send(...backwards.map((packetId) => ({ type: 'pubrec' as const, packetId, reasonCode: 0 })))
    expect(await idsOf(client, 'pubrel')).toEqual(backwards)
    await client.expectNothing()
  })
})

noTest(
  'MQTT-4.6.0-5',
  'Every topic is in order unless the server is told otherwise.',
  'there is no way to tell it otherwise; shown by [MQTT-4.6.0-6]'
)

statement(
  'MQTT-4.6.0-6',
  'Messages of one client to one topic at one QoS are sent in the order they came.',
  () => {
    it.each(atAllQos)('to level $level at QoS $qos, through a small window', async ({ level, qos }) => {
      const instance = await startInstance({ limits: { maxInflight: 3 } })
      const subscriber = await instance.connect({ level, autoAck: true })
      await subscriber.subscribe('a', qos)
      publishAll(await instance.connect({ level, autoAck: true }), qos)
      const received: number[] = []
      for (const _ of numbers) received.push(numberOf(await subscriber.receive()))
      expect(received).toEqual(numbers)
      await subscriber.expectNothing()
    })

    it.each(levelsBefore5)('to level %i through the queue of a session that was away', async (level) => {
      const instance = await startInstance()
      const away = await instance.connect(keptSession(level))
      await away.subscribe('a', 1)
      await away.disconnect()
      const publisher = await instance.connect({ level })
      publishAll(publisher, 1)
      await idsOf(publisher, 'puback')
      const back = await instance.connect({ ...keptSession(level), autoAck: true })
      const received: number[] = []
      for (const _ of numbers) received.push(numberOf(await back.receive()))
      expect(received).toEqual(numbers)
    })

    it.each(levelsBefore5)('to level %i each of several topics, whatever the filters are', async (level) => {
      const topics = ['a', 'a/b', '/', 'x/y/z', ' ']
      const instance = await startInstance()
      const subscriber = await instance.connect({ level, autoAck: true })
      await subscriber.subscribe(['#', 'a/+', '/'], 1)
      const publisher = await instance.connect({ level, autoAck: true })
      publishAll(publisher, 1, (number) => topics[number % topics.length]!)
      const received = new Map<string, number[]>(topics.map((topic) => [topic, []]))
      for (const _ of numbers) {
        const packet = await subscriber.receive()
        received.get(packet.topic)!.push(numberOf(packet))
      }
      for (const [at, topic] of topics.entries()) {
        expect(received.get(topic)).toEqual(numbers.filter((number) => number % topics.length === at))
      }
      await subscriber.expectNothing()
    })
  }
)
