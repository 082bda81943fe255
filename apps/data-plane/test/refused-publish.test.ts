import { reasonCodes } from '@parley/mqtt-wire'
import type { ProbePublish } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import type { DropReason } from '../src/ops/counters.js'
import { startInstance } from './support/data-plane.js'
import { levels } from './support/versions.js'

const refusals: { why: string; drop: DropReason; reasonCode: number; topic: string; v5?: ProbePublish }[] = [
  {
    why: 'a topic of the service',
    drop: 'publish_to_reserved_topic',
    reasonCode: reasonCodes.notAuthorized,
    topic: '$SYS/a'
  },
  {
    why: 'more levels than the instance allows',
    drop: 'topic_too_deep',
    reasonCode: reasonCodes.topicNameInvalid,
    topic: 'a/b/c/d'
  }
]

describe.each(refusals)('a publish to $why', ({ drop, reasonCode, topic }) => {
  it.each(levels)('is acknowledged to level %i, dropped and counted', async (level) => {
    const instance = await startInstance({ limits: { topicLevelsMax: 3 } })
    const watcher = await instance.connect()
    await watcher.subscribe(['#', '$SYS/#'], 2)
    const client = await instance.connect({ level })
    const expected = level === 5 ? reasonCode : 0
    await client.publish(topic, 'x')
    expect(await client.publish(topic, 'x', { qos: 1 })).toBe(expected)
    expect(await client.publish(topic, 'x', { qos: 2, retain: true })).toBe(expected)
    expect(instance.drops(drop)).toBe(3)
    await client.publish('fine', 'x', { qos: 2 })
    expect((await watcher.receive()).topic).toBe('fine')
    await watcher.expectNothing()
    expect([...instance.broker.store.retained('#')]).toEqual([])
  })
})

describe('a publish with more user properties than the instance allows', () => {
  it('is refused with its reason and counted; the connection goes on', async () => {
    const instance = await startInstance({ limits: { userPropertiesMax: 2 } })
    const client = await instance.connect({ level: 5 })
    await client.subscribe('a', 1)
    const userProperties = Array.from({ length: 3 }, () => ({ key: 'k', value: 'v' }))
    const refused = await client.publish('a', 'x', { qos: 1, properties: { userProperties } })
    expect(refused).toBe(reasonCodes.quotaExceeded)
    expect(instance.drops('too_many_user_properties')).toBe(1)
    userProperties.pop()
    await client.publish('a', 'fits', { qos: 1, properties: { userProperties } })
    expect((await client.receive()).properties?.userProperties).toHaveLength(2)
  })
})
