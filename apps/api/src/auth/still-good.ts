import type { Services } from '../services.js'
import { isOver } from './account-sessions.js'
import { keyStatus } from './api-keys.js'
import type { Principal } from './principal.js'

/**
 * Whether who was let in would be let in now: for answers that last, such as an event stream. Asking is no use of the session: a
 * page that is left open does not keep its person signed in.
 */
export async function isStillGood(
  { db, auth }: Pick<Services, 'db' | 'auth'>,
  { person, keyId }: Principal
): Promise<boolean> {
  if (person) {
    const session = await db.accountSession.findUnique({ where: { id: person.sessionId } })
    return session !== null && !isOver(session, auth.now())
  }
  const key = keyId === undefined ? null : await db.apiKey.findUnique({ where: { id: keyId } })
  return key !== null && keyStatus(key, auth.now()) === 'active'
}
