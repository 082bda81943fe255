import {
  listInstanceIds,
  publishNotice,
  publishSnapshot,
  readStoredSnapshot,
  readUsersVersions,
  readVersions,
  removeUsers
} from '@parley/config-feed'
import { isNewer, type Version } from '@parley/contracts'
import type { Database, Instance } from '@parley/database'
import type { FastifyBaseLogger } from 'fastify'
import type { Redis } from 'ioredis'
import { relayEach } from './relay-instance.js'

/**
 * Compares all of Postgres with all of Redis. What Redis lacks or has older is written again. When Redis is ahead of
 * Postgres, Postgres went back in time (a restored backup): the epoch is raised, and what Postgres says now wins.
 */
export async function repair(db: Database, redis: Redis, log: FastifyBaseLogger): Promise<void> {
  // Redis first: a change that is committed in between makes Postgres newer, which is no time travel.
  const stored = await readVersions(redis, await listInstanceIds(redis))
  const users = await readUsersVersions(redis, [...stored.keys()])
  const { epoch } = await db.controlPlane.findUniqueOrThrow({ where: { id: 1 } })
  const rows = await db.instance.findMany({
    select: { id: true, revision: true, usersRevision: true, deletedAt: true }
  })
  const ahead = rows.filter(({ id, revision }) => {
    const held = stored.get(id)
    return held !== undefined && isNewer(held, { epoch, revision })
  })
  if (ahead.length > 0)
    await raiseEpoch(db, redis, log, { stored, epoch, known: new Set(rows.map(({ id }) => id)) })
  const behind = rows.filter((row) => {
    const held = stored.get(row.id)
    if (ahead.length > 0 || !held || isNewer({ epoch, revision: row.revision }, held)) return true
    return lacksUsers(row, epoch, users.get(row.id))
  })
  await relayEach(
    db,
    redis,
    log,
    behind.map(({ id }) => id)
  )
}

/** Whether the stored users of an instance are not those of Postgres; of a deleted one there must be none. */
function lacksUsers(
  { usersRevision, deletedAt }: Pick<Instance, 'usersRevision' | 'deletedAt'>,
  epoch: number,
  held: Version | undefined
): boolean {
  if (deletedAt) return held !== undefined
  return held === undefined || isNewer({ epoch, revision: usersRevision }, held)
}

interface Comparison {
  stored: Map<string, Version>
  epoch: number
  known: Set<string>
}

/** Instances that only Redis knows were made after the backup: nobody could delete them any more, so they end here. */
async function raiseEpoch(
  db: Database,
  redis: Redis,
  log: FastifyBaseLogger,
  { stored, epoch, known }: Comparison
): Promise<void> {
  const highest = Math.max(epoch, ...[...stored.values()].map((version) => version.epoch))
  const raised = highest + 1
  await db.controlPlane.updateMany({ where: { id: 1, epoch: { lt: raised } }, data: { epoch: raised } })
  log.warn({ epoch: raised }, 'Redis was ahead of Postgres: a backup was restored; Postgres wins')
  for (const instanceId of stored.keys()) {
    if (!known.has(instanceId)) await writeTombstone(redis, instanceId, raised)
  }
}

async function writeTombstone(redis: Redis, instanceId: string, epoch: number): Promise<void> {
  const reading = await readStoredSnapshot(redis, instanceId)
  if (!reading || !('snapshot' in reading) || reading.snapshot.deleted) return
  const tombstone = { ...reading.snapshot, epoch, deleted: true, rules: [], policies: [] }
  await removeUsers(redis, instanceId)
  await publishSnapshot(redis, tombstone)
  await publishNotice(redis, tombstone)
}
