import type { InstanceSnapshot } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { keys, publishNotice, readRollout, readStoredSnapshot } from '../src/index.js'
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

const tooLarge = snapshot({ revision: 2 })
tooLarge.settings.limits.maxInflight = 65_536

it.each([
  ['broken JSON', '{"broken'],
  ['no JSON', ''],
  ['null', 'null'],
  ['of the wrong shape', JSON.stringify({ instanceId, epoch: 1, revision: 2 })],
  ['beyond a bound', JSON.stringify(tooLarge)],
  ["another instance's", JSON.stringify(snapshot({ instanceId: 'mqtt-bbbbbbbb', revision: 2 }))]
])('a snapshot that is %s is counted and never applied; the next good one is', async (_what, body) => {
  await publish(feed.redis, snapshot())
  const node = await startNode({ url })
  await expectRuns(node, { revision: 1 })
  await feed.redis.hset(keys.config(instanceId), { epoch: 1, revision: 2, body })
  await publishNotice(feed.redis, { instanceId, epoch: 1, revision: 2 })
  // With each look: the sync that follows the subscription may still see it, too.
  await expect.poll(() => node.follower.status().refused, within).toBeGreaterThan(0)
  expect(node.follower.snapshot(instanceId)).toEqual(snapshot())
  expect(await readStoredSnapshot(feed.redis, instanceId)).toHaveProperty('problem')
  const rollout = await readRollout(feed.redis, instanceId, { epoch: 1, revision: 2 })
  expect(rollout).toEqual({ nodes: 1, applied: 0 })

  await publish(feed.redis, snapshot({ revision: 3 }))
  await expectRuns(node, { revision: 3 })
  expect(node.applied.map(({ revision }) => revision)).toEqual([1, 3])
})

it('one bad snapshot keeps no other instance from starting', async () => {
  await feed.redis.sadd(keys.instances, instanceId)
  await feed.redis.hset(keys.config(instanceId), { epoch: 1, revision: 1, body: '{' })
  await publish(feed.redis, snapshot({ instanceId: 'mqtt-bbbbbbbb' }))
  const node = await startNode({ url })
  await expectSynced(node)
  expect(node.applied.map((one) => one.instanceId)).toEqual(['mqtt-bbbbbbbb'])
  expect(node.follower.status().instances).toBe(1)
  expect(node.follower.status().refused).toBeGreaterThan(0)
})

it('a snapshot that the node throws on is not applied, and is tried again by the full sync', async () => {
  let failures = 2
  const onSnapshot = (_one: InstanceSnapshot): void => {
    if (failures-- > 0) throw new Error('the port is taken')
  }
  await publish(feed.redis, snapshot())
  const node = await startNode({ url, fullSyncIntervalMs: 20, onSnapshot })
  await expectRuns(node, { revision: 1 })
  expect(node.follower.status().refused).toBe(2)
  const rollout = () => readRollout(feed.redis, instanceId, { epoch: 1, revision: 1 })
  await expect.poll(rollout, within).toEqual({ nodes: 1, applied: 1 })
})
