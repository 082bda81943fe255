import { publishNotice, publishSnapshot } from '@parley/config-feed'
import type { Database } from '@parley/database'
import type { FastifyBaseLogger } from 'fastify'
import type { Redis } from 'ioredis'
import { buildSnapshot, snapshotInclude } from './build-snapshot.js'

/** Writes the snapshot of one instance, if it is newer than what stands, and tells the nodes. */
async function relayInstance(db: Database, redis: Redis, instanceId: string): Promise<void> {
  const { epoch } = await db.controlPlane.findUniqueOrThrow({ where: { id: 1 } })
  const row = await db.instance.findUnique({ where: { id: instanceId }, include: snapshotInclude })
  if (!row) return
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
