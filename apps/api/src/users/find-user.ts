import type { Database, MqttUser, Prisma } from '@parley/database'
import { notFound } from '../problem-error.js'

/** The user of this instance; the instance has been found to be the tenant's. Throws `not_found`. */
export async function findUser(
  db: Database | Prisma.TransactionClient,
  instanceId: string,
  username: string
): Promise<MqttUser> {
  const found = username.includes('\0')
    ? null
    : await db.mqttUser.findFirst({ where: { instanceId, username } })
  if (!found) throw notFound('user')
  return found
}
