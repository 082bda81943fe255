import type { Database, Instance, Prisma } from '@parley/database'
import type { Principal } from '../auth/principal.js'
import { notFound } from '../problem-error.js'

/** The tenant's instance of this id. Throws `not_found`, also for a deleted one and for another tenant's. */
export async function findInstance(
  db: Database | Prisma.TransactionClient,
  { tenantId }: Principal,
  id: string
): Promise<Instance> {
  // Postgres takes no U+0000 in a text; no id has one.
  const found = id.includes('\0')
    ? null
    : await db.instance.findFirst({ where: { id, tenantId, deletedAt: null } })
  if (!found) throw notFound('instance')
  return found
}
