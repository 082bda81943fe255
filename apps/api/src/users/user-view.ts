import { readSeen } from '@parley/config-feed'
import type { MqttUser } from '@parley/contracts'
import type { MqttUser as UserRow } from '@parley/database'
import { hear } from '../hear.js'
import type { Services } from '../services.js'

/** Users of one instance as the API answers them, with when the nodes last let each in. */
export async function viewUsers(
  { redis }: Pick<Services, 'redis'>,
  instanceId: string,
  rows: readonly UserRow[]
): Promise<MqttUser[]> {
  const usernames = rows.map(({ username }) => username)
  const seen = await hear(redis, () => readSeen(redis, instanceId, usernames), [])
  return rows.map((row, i) => userView(row, seen[i] ?? null))
}

export async function viewUser(services: Pick<Services, 'redis'>, row: UserRow): Promise<MqttUser> {
  return (await viewUsers(services, row.instanceId, [row]))[0]!
}

/** One user, last seen at this time (epoch ms). */
export function userView(row: UserRow, seenMs: number | null): MqttUser {
  return {
    username: row.username,
    status: row.status,
    remark: row.remark,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    lastSeenAt: seenMs === null ? null : new Date(seenMs).toISOString()
  }
}
