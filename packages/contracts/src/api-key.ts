import { type Static, Type } from 'typebox'
import { Name } from './instance.js'

const strict = { additionalProperties: false } as const

/** What a key may do. `write` includes `read` of the same area; `access` is users and policies, `replies` the reply jobs. */
export const apiKeyScopes = [
  'instances:read',
  'instances:write',
  'rules:read',
  'rules:write',
  'access:read',
  'access:write',
  'replies:read',
  'replies:write'
] as const

export type ApiKeyScope = (typeof apiKeyScopes)[number]
/** Its type is said: a union of an array of unknown length would be of nothing. */
export const ApiKeyScope = Type.Unsafe<ApiKeyScope>(
  Type.Union(apiKeyScopes.map((scope) => Type.Literal(scope)))
)

/** Bounds of the keys of one tenant. */
export const apiKeyBounds = {
  /** Of one tenant, revoked ones aside. */
  keysMax: 100
} as const

/** `POST /api-keys`: only for a person who is signed in. */
export const ApiKeyCreate = Type.Object(
  {
    name: Name,
    scopes: Type.Array(ApiKeyScope, { minItems: 1, maxItems: apiKeyScopes.length, uniqueItems: true }),
    /** null or left out: never. */
    expiresAt: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()]))
  },
  strict
)
export type ApiKeyCreate = Static<typeof ApiKeyCreate>

const OptionalTime = Type.Union([Type.String({ format: 'date-time' }), Type.Null()])

/** A key as the API answers it: nothing of the secret. */
export const ApiKeyView = Type.Object({
  /** The public part of `pk_<id>_<secret>`. */
  id: Type.String(),
  name: Type.String(),
  scopes: Type.Array(ApiKeyScope),
  status: Type.Union([Type.Literal('active'), Type.Literal('expired'), Type.Literal('revoked')]),
  createdAt: Type.String({ format: 'date-time' }),
  expiresAt: OptionalTime,
  revokedAt: OptionalTime,
  /** null: never used. Exact to a minute. */
  lastUsedAt: OptionalTime
})
export type ApiKeyView = Static<typeof ApiKeyView>

/** The answer to a new key: `key` is in it, this once. */
export const ApiKeyWithSecret = Type.Object({ ...ApiKeyView.properties, key: Type.String() })
export type ApiKeyWithSecret = Static<typeof ApiKeyWithSecret>
