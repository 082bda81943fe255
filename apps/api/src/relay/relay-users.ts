import { readUsersVersion, removeUsers, replaceUsers, writeUsers } from '@parley/config-feed'
import { isNewer, type StoredUser, type Version } from '@parley/contracts'
import type { Database, Instance, MqttUser } from '@parley/database'
import type { Redis } from 'ioredis'

/** From so many changed users on, writing all anew is no more work. */
const changedMax = 200
/** Users that are read from Postgres, and written to Redis, at once. */
const chunkUsers = 1_000

/**
 * Brings the users that Redis holds of an instance to where the database is: only those that changed, but all of them when
 * Redis has not what came before (it was emptied, or lost its last second). `row` was read before: its revision holds for
 * every user that is read now.
 */
export async function relayUsers(db: Database, redis: Redis, row: Instance, epoch: number): Promise<void> {
  const { id, revision, usersRevision } = row
  if (row.deletedAt) return removeUsers(redis, id)
  const held = await readUsersVersion(redis, id)
  if (held && !isNewer({ epoch, revision: usersRevision }, held)) return
  const state = { epoch, revision }
  const changed = await changedUsers(db, row, epoch, held)
  const outcome = changed && (await writeUsers(redis, id, changed, state))
  if (!outcome || outcome === 'incomplete') await replaceUsers(redis, id, allUsers(db, id), state)
}

/** The users that waiting changes are about, null for one that is gone; undefined when knowing these is not enough. */
async function changedUsers(
  db: Database,
  { id: instanceId, revision }: Instance,
  epoch: number,
  held: Version | undefined
): Promise<Map<string, StoredUser | null> | undefined> {
  if (held?.epoch !== epoch) return undefined
  const ofUsers = { instanceId, revision: { lte: revision }, username: { not: null } }
  const waiting = await db.outboxEntry.groupBy({
    by: 'username',
    where: { ...ofUsers, relayedAt: null },
    orderBy: { username: 'asc' },
    take: changedMax + 1
  })
  const relayed = await db.outboxEntry.aggregate({
    where: { ...ofUsers, relayedAt: { not: null } },
    _max: { revision: true }
  })
  const lost = (relayed._max.revision ?? 0) > held.revision
  if (lost || waiting.length === 0 || waiting.length > changedMax) return undefined
  const usernames = waiting.flatMap(({ username }) => username ?? [])
  const rows = await db.mqttUser.findMany({ where: { instanceId, username: { in: usernames } } })
  const users = new Map(rows.map((row) => [row.username, storedUser(row)]))
  return new Map(usernames.map((username) => [username, users.get(username) ?? null]))
}

async function* allUsers(db: Database, instanceId: string): AsyncGenerator<Map<string, StoredUser>> {
  for (let after = ''; ; ) {
    const rows = await db.mqttUser.findMany({
      where: { instanceId, username: { gt: after } },
      orderBy: { username: 'asc' },
      take: chunkUsers
    })
    const last = rows.at(-1)
    if (!last) return
    yield new Map(rows.map((row) => [row.username, storedUser(row)]))
    after = last.username
  }
}

function storedUser({ passwordHash, status }: MqttUser): StoredUser {
  return { hash: passwordHash, status }
}
