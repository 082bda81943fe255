import type { AuthorizationPolicy, Database, Prisma } from '@parley/database'
import { notFound } from '../problem-error.js'

/** The policy of this instance; the instance has been found to be the tenant's. Throws `not_found`. */
export async function findPolicy(
  db: Database | Prisma.TransactionClient,
  instanceId: string,
  id: string
): Promise<AuthorizationPolicy> {
  const found = id.includes('\0')
    ? null
    : await db.authorizationPolicy.findFirst({ where: { id, instanceId } })
  if (!found) throw notFound('authorization policy')
  return found
}
