import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultInstanceSettings, type InstanceSnapshot, type Version } from '@parley/contracts'
import { cleanUp, createTestRedis, eventually, type TestRedis } from '@parley/testkit'
import type { Redis } from 'ioredis'
import { expect } from 'vitest'
import {
  ConfigFollower,
  connectRedis,
  type FeedLogger,
  publishNotice,
  publishSnapshot
} from '../../src/index.js'

/** For `expect.poll`. */
export const within = { timeout: 8_000, interval: 10 }
export const instanceId = 'mqtt-aaaaaaaa'
/** A full sync that no test lives to see: what happens, happens by a notice or a reconnect. */
const neverMs = 3_600_000
/** Nothing listens there. */
const nowhere = 'redis://127.0.0.1:1'

export const quiet: FeedLogger = { info: () => undefined, warn: () => undefined, error: () => undefined }

export function snapshot(fields: Partial<InstanceSnapshot> = {}): InstanceSnapshot {
  return {
    instanceId,
    tenantId: 'tenant',
    epoch: 1,
    revision: 1,
    deleted: false,
    status: 'running',
    mqttPort: 21_000,
    settings: defaultInstanceSettings(),
    rules: [],
    policies: [],
    usersRevision: 0,
    ...fields
  }
}

export interface FeedServer {
  server: TestRedis
  /** The writer's connection. */
  redis: Redis
}

/** A Redis of this file's own, with a connection that writes. */
export async function startFeed(): Promise<FeedServer> {
  const server = await createTestRedis()
  cleanUp(() => server.end())
  const redis = connectRedis(server.url, quiet, 'writer')
  cleanUp(() => redis.disconnect())
  await eventually(() => redis.ping())
  return { server, redis }
}

/** Writes and tells, as the relay does. */
export async function publish(redis: Redis, one: InstanceSnapshot): Promise<void> {
  await publishSnapshot(redis, one)
  await publishNotice(redis, one)
}

export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'parley-feed-test-'))
  cleanUp(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export interface TestNode {
  follower: ConfigFollower
  /** What it was given to apply, in order. */
  applied: InstanceSnapshot[]
  stop(): Promise<void>
}

export interface TestNodeOptions {
  /** Default: an address where nothing listens. */
  url?: string
  name?: string
  dir?: string
  fullSyncIntervalMs?: number
  /** Called before a snapshot counts as applied. */
  onSnapshot?: (one: InstanceSnapshot) => void
}

/** A follower as a data-plane node has it. */
export async function startNode(options: TestNodeOptions = {}): Promise<TestNode> {
  const { url = nowhere, name = 'node-1', dir = temporaryFolder() } = options
  const applied: InstanceSnapshot[] = []
  const commands = connectRedis(url, quiet, name)
  cleanUp(() => commands.disconnect())
  const follower = new ConfigFollower({
    redis: commands,
    createSubscriber: () => connectRedis(url, quiet, `${name}-notices`),
    nodeName: name,
    cacheDir: dir,
    onSnapshot(one) {
      options.onSnapshot?.(one)
      applied.push(one)
    },
    logger: quiet,
    fullSyncIntervalMs: options.fullSyncIntervalMs ?? neverMs
  })
  await follower.start()
  cleanUp(() => follower.stop())
  return { follower, applied, stop: () => follower.stop() }
}

export async function expectSynced({ follower }: TestNode): Promise<void> {
  await expect.poll(() => follower.status().syncedAt, within).toBeDefined()
}

export async function expectRuns(
  { follower }: TestNode,
  version: Partial<Version>,
  id = instanceId
): Promise<void> {
  await expect.poll(() => follower.snapshot(id), within).toMatchObject(version)
}
