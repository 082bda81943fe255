import type { Database } from '@parley/database'
import type { Principal } from '../auth/authenticate.js'

const keyPrefix = 'key:'

/** Whether who asked may still ask: what an answer that goes on for long holds its caller against. */
export async function stillValid(db: Database, { tenantId, actor }: Principal): Promise<boolean> {
  if (!actor.startsWith(keyPrefix)) return false
  const id = actor.slice(keyPrefix.length)
  return (await db.apiKey.findFirst({ where: { id, tenantId, revokedAt: null } })) !== null
}
