import type { Database, Instance, Prisma } from '@parley/database'
import type { Principal } from '../auth/principal.js'
import { changeInstance } from '../changes/change-instance.js'

/** Which user is changed, and what the audit calls it. */
export interface UserChange {
  instanceId: string
  username: string
  action: string
  details?: Prisma.InputJsonObject
}

/** `changeInstance` for one user: the relay is told which one, and the nodes that users have changed. */
export async function changeUser<T>(
  db: Database,
  principal: Principal,
  { instanceId, username, action, details }: UserChange,
  change: (tx: Prisma.TransactionClient, instance: Instance) => Promise<T>
): Promise<{ instance: Instance; result: T }> {
  const record = { action, details: { username, ...details }, username }
  return changeInstance(db, principal, instanceId, record, async (tx, instance) => {
    const result = await change(tx, instance)
    await tx.instance.update({
      where: { id: instance.id },
      data: { usersRevision: instance.revision }
    })
    return result
  })
}
