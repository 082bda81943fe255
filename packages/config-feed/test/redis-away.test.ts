import { cleanUp, cleanUpFile, eventually } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { connectRedis, publishSnapshot, readRollout } from '../src/index.js'
import {
  expectRuns,
  expectSynced,
  type FeedServer,
  instanceId,
  publish,
  quiet,
  snapshot,
  startFeed,
  startNode,
  temporaryFolder,
  within
} from './support/feed.js'

let feed: FeedServer
let url: string

beforeAll(async () => {
  feed = await startFeed()
  url = feed.server.url
})
beforeEach(() => eventually(() => feed.redis.flushall()))
afterAll(cleanUpFile)

it('a change made as soon as Redis is back is applied within 2 s', async () => {
  await publish(feed.redis, snapshot())
  const node = await startNode({ url })
  await expectRuns(node, { revision: 1 })
  await feed.server.stop()
  expect(node.follower.snapshot(instanceId)).toEqual(snapshot())
  await feed.server.start()
  const since = performance.now()
  const other = connectRedis(url, quiet, 'other-writer')
  cleanUp(() => other.disconnect())
  // Whether its notice is heard depends on who reconnects first: the change must be there either way.
  await eventually(() => publish(other, snapshot({ revision: 2 })))
  await expectRuns(node, { revision: 2 })
  expect(performance.now() - since).toBeLessThan(2_000)
  await publish(other, snapshot({ revision: 3 }))
  await expectRuns(node, { revision: 3 })
})

it('a change that nobody told a node of, while its connections were broken, is applied within 2 s', async () => {
  await publish(feed.redis, snapshot())
  const node = await startNode({ url })
  await expectRuns(node, { revision: 1 })
  await expectSynced(node)
  const since = performance.now()
  await feed.redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
  await feed.redis.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await publishSnapshot(feed.redis, snapshot({ revision: 2 }))
  await expectRuns(node, { revision: 2 })
  expect(performance.now() - since).toBeLessThan(2_000)
})

it('an emptied Redis closes nothing, and everything is reported again', async () => {
  const ids = [instanceId, 'mqtt-bbbbbbbb', 'mqtt-cccccccc']
  for (const id of ids) await publish(feed.redis, snapshot({ instanceId: id }))
  const node = await startNode({ url, fullSyncIntervalMs: 50 })
  for (const id of ids) await expectRuns(node, { revision: 1 }, id)
  await feed.redis.flushall()
  for (const id of ids) {
    const rollout = () => readRollout(feed.redis, id, { epoch: 1, revision: 1 })
    await expect.poll(rollout, within).toEqual({ nodes: 1, applied: 1 })
    expect(node.follower.snapshot(id)).toEqual(snapshot({ instanceId: id }))
  }
  expect(node.applied).toHaveLength(3)
})

it('a node starts from its disk with Redis away, and follows once Redis is there', async () => {
  const dir = temporaryFolder()
  await publish(feed.redis, snapshot({ revision: 4 }))
  const before = await startNode({ url, dir })
  await expectRuns(before, { revision: 4 })
  await before.stop()

  await feed.server.stop()
  const after = await startNode({ url, dir })
  expect(after.applied).toEqual([snapshot({ revision: 4 })])
  expect(after.follower.status()).toEqual({ syncedAt: undefined, instances: 1, refused: 0 })
  await feed.server.start()
  await expectSynced(after)
  await eventually(() => publish(feed.redis, snapshot({ revision: 5 })))
  await expectRuns(after, { revision: 5 })
  const rollout = () => readRollout(feed.redis, instanceId, { epoch: 1, revision: 5 })
  await expect.poll(rollout, within).toEqual({ nodes: 1, applied: 1 })
})

it('a command fails at once while Redis is away', async () => {
  await feed.server.stop()
  await expect.poll(() => feed.redis.status, within).not.toBe('ready')
  const since = performance.now()
  await expect(feed.redis.ping()).rejects.toThrow()
  // It is never tried: what waited for Redis would wait until it is started below.
  expect(performance.now() - since).toBeLessThan(1_000)
  await feed.server.start()
})
