import { type Database, parseApiKey, verifyApiKeySecret } from '@parley/database'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../problem-error.js'

/** Who asks: every operation works inside this tenant, and nowhere else. */
export interface Principal {
  tenantId: string
  /** For the audit: which key it was. */
  actor: string
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal
  }
}

/** Finds the principal of a bearer API key. Throws `unauthenticated`, the same for each way in which a key can be wrong. */
export async function authenticate(db: Database, request: FastifyRequest): Promise<void> {
  const [scheme, text] = (request.headers.authorization ?? '').split(' ', 2)
  const key = scheme?.toLowerCase() === 'bearer' ? parseApiKey(text ?? '') : undefined
  const stored = key && (await db.apiKey.findUnique({ where: { id: key.keyId } }))
  if (!key || !stored || stored.revokedAt || !verifyApiKeySecret(key.secret, stored)) {
    throw new ProblemError('unauthenticated', 'Send a valid API key: `Authorization: Bearer pk_...`.')
  }
  request.principal = { tenantId: stored.tenantId, actor: `key:${stored.id}` }
}
