import type { PublishPacket } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos, levels } from '../../support/versions.js'
import { keptSession } from '../support/kept-session.js'
import { noTest, statement } from '../support/statement.js'

const numbers = Array.from({ length: 60 }, (_, number) => number)

function numberOf({ payload }: PublishPacket): number {
  return Number(payload.toString())
}

/** Publishes the numbers in one segment, to topics in turn. */
function publishAll(publisher: MqttProbe, topics: string[], qos: 0 | 1 | 2): void {
  publisher.send(
    ...numbers.map((number) => publisher.publishPacket(topics[number % topics.length]!, `${number}`, { qos }))
  )
}

noTest('MQTT-4.6.0-1', 'A client sends messages again in their first order.', 'binds the client')
noTest('MQTT-4.6.0-2', 'A client sends PUBACK in the order of the messages.', 'binds the client')
noTest('MQTT-4.6.0-3', 'A client sends PUBREC in the order of the messages.', 'binds the client')
noTest('MQTT-4.6.0-4', 'A client sends PUBREL in the order of the PUBRECs.', 'binds the client')

statement(
  'MQTT-4.6.0-5',
  'Messages of one client to one topic at one QoS are sent in the order they came.',
  () => {
    const pairs = levels.flatMap((level) => allQos.map((qos) => ({ level, qos })))
    it.each(pairs)('to level $level at QoS $qos, through a small window', async ({ level, qos }) => {
      const instance = await startInstance({ limits: { maxInflight: 3 } })
      const subscriber = await instance.connect({ level, autoAck: true })
      await subscriber.subscribe('a', qos)
      publishAll(await instance.connect({ autoAck: true }), ['a'], qos)
      const received: number[] = []
      for (const _ of numbers) received.push(numberOf(await subscriber.receive()))
      expect(received).toEqual(numbers)
      await subscriber.expectNothing()
    })

    it.each(levels)('to level %i also what is sent again, before what is new', async (level) => {
      const instance = await startInstance({ limits: { maxInflight: 5 } })
      const first = await instance.connect(keptSession(level))
      await first.subscribe('a', 1)
      publishAll(await instance.connect({ autoAck: true }), ['a'], 1)
      for (let number = 0; number < 5; number++) await first.next('publish')
      await first.destroy()
      const second = await instance.connect({ ...keptSession(level), autoAck: true })
      const received: number[] = []
      for (const _ of numbers) received.push(numberOf(await second.receive()))
      expect(received).toEqual(numbers)
      await second.expectNothing()
    })
  }
)

statement('MQTT-4.6.0-6', 'Every topic is in order for subscriptions that are not shared.', () => {
  it.each(levels)('to level %i: each of several topics, whatever the filter', async (level) => {
    const topics = ['a', 'a/b', '/', 'x/y/z', ' ']
    const instance = await startInstance()
    const subscriber = await instance.connect({ level, autoAck: true })
    await subscriber.subscribe(['#', 'a/+', '/'], 1)
    publishAll(await instance.connect({ autoAck: true }), topics, 1)
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
})
