import { publishNotice, publishSnapshot } from '@parley/config-feed'
import type { Database } from '@parley/database'
import type { Redis } from 'ioredis'
import { buildSnapshot, snapshotInclude } from './build-snapshot.js'

/** Writes the snapshot of one instance, if it is newer than what stands, and tells the nodes. */
export async function relayInstance(db: Database, redis: Redis, instanceId: string): Promise<void> {
  const { epoch } = await db.controlPlane.findUniqueOrThrow({ where: { id: 1 } })
  const row = await db.instance.findUnique({ where: { id: instanceId }, include: snapshotInclude })
  if (!row) return
  const snapshot = buildSnapshot(row, epoch)
  if ((await publishSnapshot(redis, snapshot)) === 'written') await publishNotice(redis, snapshot)
}
