import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultInstanceSettings, type InstanceSnapshot } from '@parley/contracts'
import { createTestRedis, type TestRedis } from '@parley/testkit'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  ConfigFollower,
  connectRedis,
  isNodeLive,
  keys,
  publishNotice,
  publishSnapshot,
  readRollout,
  readStoredSnapshot,
  readVersions
} from '../src/index.js'

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const within = { timeout: 8_000, interval: 10 }
const never = 3_600_000

let server: TestRedis
let redis: Redis

beforeAll(async () => {
  server = await createTestRedis()
})
beforeEach(async () => {
  redis = new Redis(server.url)
  // While a test has Redis stopped.
  redis.on('error', () => undefined)
  await redis.flushall()
})
afterEach(() => redis.disconnect())
afterAll(() => server.end())

function snapshot(fields: Partial<InstanceSnapshot> = {}): InstanceSnapshot {
  return {
    instanceId: 'mqtt-aaaaaaaa',
    tenantId: 'tenant',
    epoch: 1,
    revision: 1,
    deleted: false,
    status: 'running',
    mqttPort: 21_000,
    settings: defaultInstanceSettings(),
    rules: [],
    ...fields
  }
}

/** Writes and tells, as the relay does. */
async function publish(one: InstanceSnapshot): Promise<void> {
  await publishSnapshot(redis, one)
  await publishNotice(redis, one)
}

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'parley-feed-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

interface Node {
  follower: ConfigFollower
  applied: InstanceSnapshot[]
  dir: string
  stop(): Promise<void>
}

interface NodeOptions {
  name?: string
  dir?: string
  url?: string
  fullSyncIntervalMs?: number
}

async function startNode(options: NodeOptions = {}): Promise<Node> {
  const { name = 'node-1', dir = folder(), url = server.url, fullSyncIntervalMs = never } = options
  const applied: InstanceSnapshot[] = []
  const commands = connectRedis(url, quiet, name)
  const follower = new ConfigFollower({
    redis: commands,
    createSubscriber: () => connectRedis(url, quiet, `${name}-notices`),
    nodeName: name,
    cacheDir: dir,
    onSnapshot: (one) => applied.push(one),
    logger: quiet,
    fullSyncIntervalMs
  })
  await follower.start()
  let stopped = false
  const stop = async (): Promise<void> => {
    if (stopped) return
    stopped = true
    await follower.stop()
    commands.disconnect()
  }
  onTestFinished(stop)
  return { follower, applied, dir, stop }
}

const synced = (node: Node): Promise<void> =>
  expect.poll(() => node.follower.status().syncedAt, within).toBeDefined()
const runs = (node: Node, revision: number, id = 'mqtt-aaaaaaaa'): Promise<void> =>
  expect.poll(() => node.follower.snapshot(id)?.revision, within).toBe(revision)

describe('writing a snapshot', () => {
  it('replaces what is older, and only that; a higher epoch beats any revision', async () => {
    const write = (epoch: number, revision: number) => publishSnapshot(redis, snapshot({ epoch, revision }))
    expect(await write(1, 5)).toBe('written')
    expect(await write(1, 5)).toBe('older')
    expect(await write(1, 4)).toBe('older')
    expect(await write(1, 6)).toBe('written')
    expect(await write(2, 1)).toBe('written')
    expect(await write(1, 99)).toBe('older')
    const versions = await readVersions(redis, ['mqtt-aaaaaaaa', 'mqtt-bbbbbbbb'])
    expect([...versions]).toEqual([['mqtt-aaaaaaaa', { epoch: 2, revision: 1 }]])
  })

  it('keeps instances apart, and keeps a tombstone as a snapshot', async () => {
    await publishSnapshot(redis, snapshot())
    await publishSnapshot(redis, snapshot({ instanceId: 'mqtt-bbbbbbbb', revision: 2, deleted: true }))
    expect(await readStoredSnapshot(redis, 'mqtt-aaaaaaaa')).toEqual({ snapshot: snapshot() })
    expect(await readStoredSnapshot(redis, 'mqtt-bbbbbbbb')).toMatchObject({ snapshot: { deleted: true } })
    expect(await readStoredSnapshot(redis, 'mqtt-cccccccc')).toBeUndefined()
  })
})

describe('a node', () => {
  it('has what was there before it, and each change when it is told', async () => {
    await publish(snapshot())
    const node = await startNode()
    await runs(node, 1)
    await synced(node)
    await publish(snapshot({ revision: 2 }))
    await runs(node, 2)
    await publish(snapshot({ revision: 3, deleted: true }))
    await runs(node, 3)
    expect(node.applied.map(({ revision }) => revision)).toEqual([1, 2, 3])
    expect(node.follower.snapshot('mqtt-aaaaaaaa')?.deleted).toBe(true)
  })

  it('heals a lost notice by its full sync', async () => {
    const node = await startNode({ fullSyncIntervalMs: 50 })
    await synced(node)
    await publishSnapshot(redis, snapshot({ revision: 7 }))
    await runs(node, 7)
  })

  it('has what changed while Redis was away within 2 s of its return', async () => {
    await publish(snapshot())
    const node = await startNode()
    await runs(node, 1)
    await server.stop()
    await server.start()
    const since = Date.now()
    const writer = new Redis(server.url)
    onTestFinished(() => writer.disconnect())
    // Whether this notice is heard or lost depends on who reconnects first: the change must be there either way.
    await publishSnapshot(writer, snapshot({ revision: 2 }))
    await publishNotice(writer, snapshot({ revision: 2 }))
    await runs(node, 2)
    expect(Date.now() - since).toBeLessThan(2_000)
  })

  it('takes an emptied Redis for no deletion, and reports again what it runs', async () => {
    await publish(snapshot())
    const node = await startNode({ fullSyncIntervalMs: 50 })
    await runs(node, 1)
    await redis.flushall()
    await expect
      .poll(() => readRollout(redis, 'mqtt-aaaaaaaa', snapshot()), within)
      .toEqual({ nodes: 1, applied: 1 })
    expect(node.applied).toHaveLength(1)
    expect(node.follower.snapshot('mqtt-aaaaaaaa')).toEqual(snapshot())
  })

  it('never applies a snapshot that is broken, of the wrong shape, or of another instance', async () => {
    const node = await startNode()
    await synced(node)
    const other = JSON.stringify(snapshot({ instanceId: 'mqtt-zzzzzzzz' }))
    for (const [i, body] of ['{"broken', '{"instanceId":"mqtt-bad00000"}', other].entries()) {
      const instanceId = `mqtt-bad0000${i}`
      await redis.hset(keys.config(instanceId), { epoch: 1, revision: 1, body })
      await publishNotice(redis, { instanceId, epoch: 1, revision: 1 })
    }
    await expect.poll(() => node.follower.status().refused, within).toBe(3)
    await publish(snapshot())
    await runs(node, 1)
    expect(node.applied).toHaveLength(1)
  })
})

describe('the disk copy', () => {
  it('is what a node starts from with Redis away', async () => {
    const dir = folder()
    await publish(snapshot({ revision: 4 }))
    const before = await startNode({ dir })
    await runs(before, 4)
    await before.stop()
    const after = await startNode({ dir, url: 'redis://127.0.0.1:1' })
    expect(after.applied).toEqual([snapshot({ revision: 4 })])
    expect(after.follower.status().syncedAt).toBeUndefined()
  })

  it('is shared by two nodes: the newest stays, and an unusable file is left alone', async () => {
    const dir = folder()
    writeFileSync(join(dir, 'mqtt-broken00.json'), '{"half')
    const nodes = [await startNode({ dir }), await startNode({ dir, name: 'node-2' })]
    for (let revision = 1; revision <= 20; revision++) await publish(snapshot({ revision }))
    for (const node of nodes) await runs(node, 20)
    for (const node of nodes) await node.stop()
    const later = await startNode({ dir, url: 'redis://127.0.0.1:1' })
    expect(later.applied.map(({ revision }) => revision)).toEqual([20])
    expect(readdirSync(dir).sort()).toEqual(['mqtt-aaaaaaaa.json', 'mqtt-broken00.json'])
  })
})

describe('the rollout', () => {
  it('counts live nodes, and those that run the version; a node that stops leaves', async () => {
    const one = await startNode({ name: 'node-1' })
    const two = await startNode({ name: 'node-2' })
    await publish(snapshot())
    const rollout = (revision: number) => readRollout(redis, 'mqtt-aaaaaaaa', { epoch: 1, revision })
    await expect.poll(() => rollout(1), within).toEqual({ nodes: 2, applied: 2 })
    expect(await rollout(2)).toEqual({ nodes: 2, applied: 0 })
    expect(await readRollout(redis, 'mqtt-bbbbbbbb', snapshot())).toEqual({ nodes: 2, applied: 0 })
    expect(await isNodeLive(redis, 'node-2')).toBe(true)
    await two.stop()
    expect(await isNodeLive(redis, 'node-2')).toBe(false)
    expect(await rollout(1)).toEqual({ nodes: 1, applied: 1 })
    await one.stop()
    expect(await rollout(1)).toEqual({ nodes: 0, applied: 0 })
  })
})
