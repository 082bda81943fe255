import { type InstanceSnapshot, readSnapshot, type SnapshotReading, type Version } from '@parley/contracts'
import type { Redis } from 'ioredis'
import { keys } from './keys.js'
import { type ChangeNotice, formatNotice } from './notice.js'
import { writeIfNewer } from './scripts.js'

/** How many reads are on the way at once: one turn of the socket, without flooding Redis or this process. */
const readsAtOnce = 200

/**
 * Writes a snapshot unless the same or a newer one stands there. The index comes first: an id without a snapshot means
 * nothing, a snapshot that no index names would never be found by a full sync.
 */
export async function publishSnapshot(
  redis: Redis,
  snapshot: InstanceSnapshot
): Promise<'written' | 'older'> {
  const { instanceId, epoch, revision } = snapshot
  await redis.sadd(keys.instances, instanceId)
  const body = JSON.stringify(snapshot)
  const written = await redis.eval(writeIfNewer, 1, keys.config(instanceId), epoch, revision, body)
  return written === 1 ? 'written' : 'older'
}

export async function publishNotice(redis: Redis, notice: ChangeNotice): Promise<void> {
  await redis.publish(keys.notices, formatNotice(notice))
}

export async function listInstanceIds(redis: Redis): Promise<string[]> {
  return redis.smembers(keys.instances)
}

/** Whether the index is gone: a Redis that was emptied, or that never held anything. One cheap command. */
export async function isIndexMissing(redis: Redis): Promise<boolean> {
  return (await redis.exists(keys.instances)) === 0
}

/** Where the stored snapshots stand; an id that has none is absent from the answer. */
export async function readVersions(
  redis: Redis,
  instanceIds: readonly string[]
): Promise<Map<string, Version>> {
  const versions = new Map<string, Version>()
  await eachAtOnce(instanceIds, async (instanceId) => {
    const [epoch, revision] = await redis.hmget(keys.config(instanceId), 'epoch', 'revision')
    if (epoch && revision) versions.set(instanceId, { epoch: Number(epoch), revision: Number(revision) })
  })
  return versions
}

/** The stored snapshot of an instance, checked; undefined when there is none. */
export async function readStoredSnapshot(
  redis: Redis,
  instanceId: string
): Promise<SnapshotReading | undefined> {
  const body = await redis.hget(keys.config(instanceId), 'body')
  if (body === null) return undefined
  const reading = readSnapshot(body)
  if ('snapshot' in reading && reading.snapshot.instanceId !== instanceId) {
    return { problem: `is the snapshot of ${reading.snapshot.instanceId}` }
  }
  return reading
}

/** Runs a read per item, many at once. Single commands, not one pipeline: in a Redis Cluster the keys live apart. */
export async function eachAtOnce<T>(items: readonly T[], read: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += readsAtOnce) {
    await Promise.all(items.slice(from, from + readsAtOnce).map(read))
  }
}
