import type { ApiKeyScope } from '@parley/contracts'

/** A person who is signed in, by one session. */
export interface SignedIn {
  sessionId: string
  accountId: string
  email: string
  tenantName: string
  /** What a request that changes something must send along. */
  csrfToken: string
  lastSeenAt: Date
  expiresAt: Date
}

/** Who asks: every operation works inside this tenant, and nowhere else. */
export interface Principal {
  tenantId: string
  /** For the audit: `key:<id>` or `account:<email>`. */
  actor: string
  scopes: ReadonlySet<ApiKeyScope>
  /** Either a person or a key. */
  person?: SignedIn
  keyId?: string
}

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal
  }
}

/** The audit's name of a person. */
export function actorOf(email: string): string {
  return `account:${email}`
}
