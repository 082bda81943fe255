import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { isNodeLive, keys, leaseMs, readRollout, readRollouts } from '../src/index.js'
import {
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

const rollout = (revision: number, epoch = 1) => readRollout(feed.redis, instanceId, { epoch, revision })

it('counts live nodes, and those that run the version that is asked for or a newer one', async () => {
  await publish(feed.redis, snapshot({ revision: 3 }))
  await startNode({ url })
  await startNode({ url, name: 'node-2' })
  await expect.poll(() => rollout(3), within).toEqual({ nodes: 2, applied: 2 })
  expect(await rollout(2)).toEqual({ nodes: 2, applied: 2 })
  expect(await rollout(4)).toEqual({ nodes: 2, applied: 0 })
  expect(await rollout(1, 2)).toEqual({ nodes: 2, applied: 0 })
})

it('counts each instance for itself', async () => {
  await publish(feed.redis, snapshot())
  await startNode({ url })
  await expect.poll(() => rollout(1), within).toEqual({ nodes: 1, applied: 1 })
  const version = { epoch: 1, revision: 1 }
  const wanted = new Map([
    [instanceId, version],
    ['mqtt-bbbbbbbb', version]
  ])
  expect([...(await readRollouts(feed.redis, wanted))]).toEqual([
    [instanceId, { nodes: 1, applied: 1 }],
    ['mqtt-bbbbbbbb', { nodes: 1, applied: 0 }]
  ])
  expect(await readRollouts(feed.redis, new Map())).toEqual(new Map())
})

it('a node that cannot apply a change is live and not counted', async () => {
  await startNode({ url })
  const onSnapshot = (): void => {
    throw new Error('the port is taken')
  }
  const stuck = await startNode({ url, name: 'node-2', onSnapshot })
  await publish(feed.redis, snapshot())
  await expect.poll(() => stuck.follower.status().refused, within).toBeGreaterThan(0)
  await expect.poll(() => rollout(1), within).toEqual({ nodes: 2, applied: 1 })
})

it('a node that stops leaves at once', async () => {
  await publish(feed.redis, snapshot())
  const [one, two] = [await startNode({ url }), await startNode({ url, name: 'node-2' })]
  await expect.poll(() => rollout(1), within).toEqual({ nodes: 2, applied: 2 })
  expect([await isNodeLive(feed.redis, 'node-1'), await isNodeLive(feed.redis, 'node-2')]).toEqual([
    true,
    true
  ])
  await two.stop()
  expect([await isNodeLive(feed.redis, 'node-1'), await isNodeLive(feed.redis, 'node-2')]).toEqual([
    true,
    false
  ])
  expect(await rollout(1)).toEqual({ nodes: 1, applied: 1 })
  await one.stop()
  expect(await rollout(1)).toEqual({ nodes: 0, applied: 0 })
  expect(await feed.redis.exists(keys.nodes, keys.applied('node-1'))).toBe(0)
})

it('a node that was killed counts until its lease ends, by the clock of Redis', async () => {
  const node = await startNode({ url })
  await expectSynced(node)
  await expect.poll(() => isNodeLive(feed.redis, 'node-1'), within).toBe(true)
  const [seconds] = await feed.redis.time()
  const end = Number(await feed.redis.zscore(keys.nodes, 'node-1'))
  expect(Math.abs(end - Number(seconds) * 1000 - leaseMs)).toBeLessThan(3_000)
  await feed.redis.zadd(keys.nodes, Number(seconds) * 1000 - 1, 'killed', end, 'alive')
  expect([await isNodeLive(feed.redis, 'killed'), await isNodeLive(feed.redis, 'alive')]).toEqual([
    false,
    true
  ])
  expect(await isNodeLive(feed.redis, 'never-seen')).toBe(false)
  expect((await rollout(1)).nodes).toBe(2)
})
