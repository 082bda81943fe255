import { cleanUpFile } from '@parley/testkit'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  isIndexMissing,
  listInstanceIds,
  publishSnapshot,
  readStoredSnapshot,
  readVersions
} from '../src/index.js'
import { instanceId, snapshot, startFeed } from './support/feed.js'

let redis: Redis

beforeAll(async () => {
  redis = (await startFeed()).redis
})
beforeEach(() => redis.flushall())
afterAll(cleanUpFile)

const write = (epoch: number, revision: number) => publishSnapshot(redis, snapshot({ epoch, revision }))
const held = async () => (await readVersions(redis, [instanceId])).get(instanceId)

it('a snapshot replaces an older revision; the same one counts as older', async () => {
  expect(await write(1, 5)).toBe('written')
  expect(await write(1, 5)).toBe('older')
  expect(await write(1, 4)).toBe('older')
  expect(await held()).toEqual({ epoch: 1, revision: 5 })
  expect(await write(1, 6)).toBe('written')
  expect(await held()).toEqual({ epoch: 1, revision: 6 })
})

it('a higher epoch beats any revision, a lower one none', async () => {
  await write(1, 99)
  expect(await write(2, 1)).toBe('written')
  expect(await write(1, 100)).toBe('older')
  expect(await held()).toEqual({ epoch: 2, revision: 1 })
})

it('versions are compared as numbers', async () => {
  await write(9, 9)
  expect(await write(9, 10)).toBe('written')
  expect(await write(10, 1)).toBe('written')
})

it('what was refused leaves no trace', async () => {
  await publishSnapshot(redis, snapshot({ revision: 2, mqttPort: 21_001 }))
  await publishSnapshot(redis, snapshot({ revision: 1, mqttPort: 21_002 }))
  expect(await readStoredSnapshot(redis, instanceId)).toMatchObject({ snapshot: { mqttPort: 21_001 } })
})

it('of writers at the same moment the newest wins', async () => {
  const revisions = Array.from({ length: 50 }, (_, i) => ((i * 7) % 50) + 1)
  await Promise.all(revisions.map((revision) => write(1, revision)))
  expect(await held()).toEqual({ epoch: 1, revision: 50 })
})

it('a tombstone is a snapshot: it is kept, and only something newer replaces it', async () => {
  await publishSnapshot(redis, snapshot({ revision: 3, deleted: true }))
  expect(await write(1, 2)).toBe('older')
  expect(await readStoredSnapshot(redis, instanceId)).toMatchObject({ snapshot: { deleted: true } })
  expect(await write(2, 1)).toBe('written')
})

it('instances are apart, and the index names them all', async () => {
  expect(await isIndexMissing(redis)).toBe(true)
  await write(1, 1)
  await publishSnapshot(redis, snapshot({ instanceId: 'mqtt-bbbbbbbb', revision: 2 }))
  expect(await isIndexMissing(redis)).toBe(false)
  expect((await listInstanceIds(redis)).sort()).toEqual([instanceId, 'mqtt-bbbbbbbb'])
  const versions = await readVersions(redis, [instanceId, 'mqtt-bbbbbbbb', 'mqtt-cccccccc'])
  expect([...versions.keys()].sort()).toEqual([instanceId, 'mqtt-bbbbbbbb'])
  expect(await readStoredSnapshot(redis, instanceId)).toEqual({ snapshot: snapshot() })
  expect(await readStoredSnapshot(redis, 'mqtt-cccccccc')).toBeUndefined()
})
