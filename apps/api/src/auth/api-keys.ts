import { type ApiKeyScope, apiKeyScopes } from '@parley/contracts'
import { type ApiKey, type Database, parseApiKey, verifyApiKeySecret } from '@parley/database'
import type { FastifyBaseLogger } from 'fastify'
import type { Services } from '../services.js'
import type { Principal } from './principal.js'

/** "Last used" is written no more often. */
const usedEveryMs = 60_000

/** The principal of an `Authorization` header that holds a key which is good now, looked up anew for each request. */
export async function findKey(
  { db, auth }: Pick<Services, 'db' | 'auth'>,
  authorization: string,
  log: FastifyBaseLogger
): Promise<Principal | undefined> {
  const [scheme, text] = authorization.split(' ', 2)
  const key = scheme?.toLowerCase() === 'bearer' ? parseApiKey(text ?? '') : undefined
  const stored = key && (await db.apiKey.findUnique({ where: { id: key.keyId } }))
  if (!key || !stored || !verifyApiKeySecret(key.secret, stored)) return undefined
  const now = auth.now()
  if (keyStatus(stored, now) !== 'active') return undefined
  const used = stored.lastUsedAt?.getTime() ?? 0
  if (now.getTime() - used >= usedEveryMs) {
    auth.afterwards.run('note when an API key was used', () => noteUse(db, stored.id, now), log)
  }
  const { tenantId, id: keyId } = stored
  return { tenantId, actor: `key:${keyId}`, scopes: new Set(scopesOf(stored)), keyId }
}

/** Those that there are: one that a newer version has written is passed over. */
export function scopesOf({ scopes }: Pick<ApiKey, 'scopes'>): ApiKeyScope[] {
  return apiKeyScopes.filter((scope) => scopes.includes(scope))
}

export function keyStatus(
  { revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>,
  now: Date
): 'active' | 'expired' | 'revoked' {
  if (revokedAt) return 'revoked'
  return expiresAt && now >= expiresAt ? 'expired' : 'active'
}

/** Many requests may find the same old time: one of them writes. */
async function noteUse(db: Database, id: string, now: Date): Promise<void> {
  const before = new Date(now.getTime() - usedEveryMs)
  await db.apiKey.updateMany({
    where: { id, OR: [{ lastUsedAt: null }, { lastUsedAt: { lte: before } }] },
    data: { lastUsedAt: now }
  })
}
