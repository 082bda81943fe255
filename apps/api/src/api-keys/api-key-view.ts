import type { ApiKeyView } from '@parley/contracts'
import type { ApiKey } from '@parley/database'
import { keyStatus, scopesOf } from '../auth/api-keys.js'

/** A key as the API answers it at this time: nothing of the secret. */
export function apiKeyView(row: ApiKey, now: Date): ApiKeyView {
  return {
    id: row.id,
    name: row.name,
    scopes: scopesOf(row),
    status: keyStatus(row, now),
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null
  }
}
