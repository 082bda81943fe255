import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { keys, publishNotice, publishSnapshot } from '../src/index.js'
import {
  expectRuns,
  expectSynced,
  type FeedServer,
  instanceId,
  publish,
  snapshot,
  startFeed,
  startNode,
  within
} from './support/feed.js'

let feed: FeedServer
let url: string

beforeAll(async () => {
  feed = await startFeed()
  url = feed.server.url
})
beforeEach(() => feed.redis.flushall())
afterAll(cleanUpFile)

it('a node has what was there before it, and each change as soon as it is told', async () => {
  await publish(feed.redis, snapshot())
  const node = await startNode({ url })
  await expectRuns(node, { revision: 1 })
  await expectSynced(node)
  await publish(feed.redis, snapshot({ revision: 2 }))
  await expectRuns(node, { revision: 2 })
  await publish(feed.redis, snapshot({ revision: 3, deleted: true }))
  await expectRuns(node, { revision: 3 })
  expect(node.applied.map(({ revision }) => revision)).toEqual([1, 2, 3])
  expect(node.follower.snapshot(instanceId)?.deleted).toBe(true)
  expect(node.follower.status()).toMatchObject({ instances: 1, refused: 0 })
})

it('a higher epoch wins although its revision is lower', async () => {
  await publish(feed.redis, snapshot({ revision: 9 }))
  const node = await startNode({ url })
  await expectRuns(node, { revision: 9 })
  await publish(feed.redis, snapshot({ epoch: 2, revision: 1 }))
  await expectRuns(node, { epoch: 2, revision: 1 })
})

it('an older snapshot, told or found, never replaces a newer one', async () => {
  await publish(feed.redis, snapshot({ revision: 9 }))
  const node = await startNode({ url, fullSyncIntervalMs: 20 })
  await expectRuns(node, { revision: 9 })
  await feed.redis.del(keys.config(instanceId))
  await publish(feed.redis, snapshot({ revision: 8 }))
  // A later change of another instance has been applied: the older one was seen before it.
  await publish(feed.redis, snapshot({ instanceId: 'mqtt-bbbbbbbb' }))
  await expectRuns(node, { revision: 1 }, 'mqtt-bbbbbbbb')
  expect(node.applied.map(({ revision }) => revision)).toEqual([9, 1])
})

it('a lost notice is healed by the full sync', async () => {
  const node = await startNode({ url, fullSyncIntervalMs: 50 })
  await expectSynced(node)
  await publishSnapshot(feed.redis, snapshot({ revision: 7 }))
  await expectRuns(node, { revision: 7 })
})

it('a notice that comes before its snapshot, or that is no notice, does no harm', async () => {
  const node = await startNode({ url })
  await expectSynced(node)
  await publishNotice(feed.redis, { instanceId, epoch: 1, revision: 5 })
  for (const text of ['', 'nonsense', 'a b c', `${instanceId} 1`, '{}']) {
    await feed.redis.publish(keys.notices, text)
  }
  await publish(feed.redis, snapshot({ revision: 5 }))
  await expectRuns(node, { revision: 5 })
  expect(node.applied).toHaveLength(1)
  expect(node.follower.status().refused).toBe(0)
})

it('500 instances and a burst of changes all arrive', async () => {
  const ids = Array.from({ length: 500 }, (_, i) => `mqtt-${String(i).padStart(8, '0')}`)
  await Promise.all(ids.map((id) => publish(feed.redis, snapshot({ instanceId: id }))))
  const node = await startNode({ url })
  await expect.poll(() => node.follower.status().instances, within).toBe(500)
  await Promise.all(ids.map((id) => publish(feed.redis, snapshot({ instanceId: id, revision: 2 }))))
  const behind = () => ids.filter((id) => node.follower.snapshot(id)?.revision !== 2)
  await expect.poll(behind, within).toEqual([])
})

it('a stopped node hears of nothing any more', async () => {
  const stopped = await startNode({ url })
  const other = await startNode({ url, name: 'node-2' })
  await expectSynced(stopped)
  await stopped.stop()
  await publish(feed.redis, snapshot())
  await expectRuns(other, { revision: 1 })
  expect(stopped.applied).toEqual([])
})
