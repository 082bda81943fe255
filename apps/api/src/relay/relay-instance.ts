import { publishNotice, publishSnapshot } from '@parley/config-feed'
import type { Database } from '@parley/database'
import type { FastifyBaseLogger } from 'fastify'
import type { Redis } from 'ioredis'
import { buildSnapshot, snapshotInclude } from './build-snapshot.js'
import { relayUsers } from './relay-users.js'

/** Writes what changed of an instance's users, then its snapshot, if it is newer than what stands, and tells the nodes. */
async function relayInstance(db: Database, redis: Redis, instanceId: string): Promise<void> {
  const { epoch } = await db.controlPlane.findUniqueOrThrow({ where: { id: 1 } })
  const row = await db.instance.findUnique({ where: { id: instanceId }, include: snapshotInclude })
  if (!row) return
  // Users first: a node that reads of a change in the snapshot must find it.
  await relayUsers(db, redis, row, epoch)
  const snapshot = buildSnapshot(row, epoch)
  if ((await publishSnapshot(redis, snapshot)) === 'written') await publishNotice(redis, snapshot)
}

/** Relays these instances; one that fails is logged and does not hold the others up. Answers those that failed. */
export async function relayEach(
  db: Database,
  redis: Redis,
  log: FastifyBaseLogger,
  instanceIds: Iterable<string>
): Promise<Set<string>> {
  const failed = new Set<string>()
  for (const instanceId of instanceIds) {
    try {
      await relayInstance(db, redis, instanceId)
    } catch (error) {
      failed.add(instanceId)
      log.warn({ instanceId, error: (error as Error).message }, 'an instance could not be relayed')
    }
  }
  return failed
}
