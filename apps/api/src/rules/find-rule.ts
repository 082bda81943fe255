import type { Database, EnhancementRule, Prisma } from '@parley/database'
import { notFound } from '../problem-error.js'

/** The rule of this instance; the instance has been found to be the tenant's. Throws `not_found`. */
export async function findRule(
  db: Database | Prisma.TransactionClient,
  instanceId: string,
  id: string
): Promise<EnhancementRule> {
  const found = id.includes('\0') ? null : await db.enhancementRule.findFirst({ where: { id, instanceId } })
  if (!found) throw notFound('enhancement rule')
  return found
}
