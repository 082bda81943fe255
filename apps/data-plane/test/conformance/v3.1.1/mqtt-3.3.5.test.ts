import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos } from '../../support/versions.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'
import { startWatched } from '../support/watcher.js'

statement(
  'MQTT-3.3.5-1',
  'A message that several subscriptions of a client match comes at the highest QoS of them.',
  () => {
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0]
    ] as const
    it.each(levelsBefore5)('to level %i, once, in whatever order they were made', async (level) => {
      const instance = await startInstance()
      const publisher = await instance.connect()
      for (const [first, second, third] of orders) {
        const client = await instance.connect({ level })
        await client.subscribe('a/#', first)
        await client.subscribe('a/+', second)
        await client.subscribe('a/b', third)
        for (const qos of allQos) {
          await publisher.publish('a/b', 'x', { qos })
          expect((await client.receive()).qos).toBe(qos)
          await client.expectNothing()
        }
        await client.disconnect()
      }
    })
  }
)

statement(
  'MQTT-3.3.5-2',
  'A PUBLISH that is not allowed is acknowledged as usual, or ends the connection.',
  () => {
    const forbidden = atLevelsBefore5([
      { what: 'a topic of the service', topic: '$SYS/a', drop: 'publish_to_reserved_topic' as const },
      { what: 'a topic that is too deep', topic: 'a/b/c', drop: 'topic_too_deep' as const }
    ])
    it.each(forbidden)('of level $level to $what: the former', async ({ level, topic, drop }) => {
      const { instance, watcher } = await startWatched({ limits: { topicLevelsMax: 2 } })
      await watcher.subscribe('$SYS/#', 2)
      const client = await instance.connect({ level })
      for (const qos of allQos) expect(await client.publish(topic, 'x', { qos, retain: true })).toBe(0)
      expect(instance.drops(drop)).toBe(3)
      await client.expectNothing()
      await watcher.expectNothing()
      await watcher.subscribe([topic, '#'], 2)
      await watcher.expectNothing()
    })
  }
)
