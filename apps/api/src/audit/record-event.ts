import type { Database, Prisma } from '@parley/database'
import type { Principal } from '../auth/principal.js'

/** One thing that somebody did to the tenant itself: its keys and its sessions. Never a secret, never a text without a bound. */
export interface TenantEvent {
  /** Such as `api-key.create`. */
  action: string
  details: Prisma.InputJsonObject
}

/** What is done in an instance is recorded with its revision: see `changes/change-instance.ts`. */
export async function recordEvent(
  db: Database | Prisma.TransactionClient,
  { tenantId, actor }: Pick<Principal, 'tenantId' | 'actor'>,
  { action, details }: TenantEvent
): Promise<void> {
  await db.auditEvent.create({ data: { tenantId, actor, action, details } })
}
