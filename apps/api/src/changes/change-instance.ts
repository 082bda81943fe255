import type { Database, Instance, Prisma } from '@parley/database'
import type { Principal } from '../auth/principal.js'
import { findInstance } from '../instances/find-instance.js'
import { notFound } from '../problem-error.js'

type Transaction = Prisma.TransactionClient

/** What one change leaves behind besides the row itself. */
export interface ChangeRecord {
  /** Such as `instance.update`. */
  action: string
  details: Prisma.InputJsonObject
  /** The one user that it is about, so that the relay need not carry all of them. */
  username?: string
}

/** Waits for a turn behind other changes rather than failing early. */
export const transactionOptions = { maxWait: 5_000, timeout: 10_000 }

/**
 * Runs a change of one instance, or of something in it, as one transaction: the row, the instance's next revision, an audit
 * row and an outbox row, all or nothing. Changes of one instance take turns, because the first step locks its row.
 */
export async function changeInstance<T>(
  db: Database,
  principal: Principal,
  instanceId: string,
  record: ChangeRecord,
  change: (tx: Transaction, instance: Instance) => Promise<T>
): Promise<{ instance: Instance; result: T }> {
  return db.$transaction(async (tx) => {
    await lockInstance(tx, principal, instanceId)
    const before = await findInstance(tx, principal, instanceId)
    const instance = await tx.instance.update({
      where: { id: before.id },
      data: { revision: { increment: 1 } }
    })
    const result = await change(tx, instance)
    await recordChange(tx, principal, instance, record)
    return { instance, result }
  }, transactionOptions)
}

/** The rows that every change writes: who did what, and what the relay has to carry. */
export async function recordChange(
  tx: Transaction,
  { tenantId, actor }: Principal,
  { id: instanceId, revision }: Instance,
  { action, details, username }: ChangeRecord
): Promise<void> {
  const { epoch } = await tx.controlPlane.findUniqueOrThrow({ where: { id: 1 } })
  await tx.auditEvent.create({ data: { tenantId, instanceId, actor, action, details } })
  await tx.outboxEntry.create({ data: { instanceId, epoch, revision, username } })
}

async function lockInstance(tx: Transaction, { tenantId }: Principal, id: string): Promise<void> {
  if (id.includes('\0')) throw notFound('instance')
  await tx.$queryRaw`SELECT 1 FROM instances WHERE id = ${id} AND tenant_id = ${tenantId}::uuid FOR UPDATE`
}
