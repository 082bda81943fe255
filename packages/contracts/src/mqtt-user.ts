import { type Static, Type } from 'typebox'
import { Remark } from './instance.js'

const strict = { additionalProperties: false } as const

/** Bounds of the users of an instance. */
export const userBounds = {
  usernameCharactersMax: 64,
  passwordCharactersMin: 8,
  passwordCharactersMax: 128,
  /** Of one instance. */
  usersMax: 100_000
} as const

export const Username = Type.String({
  minLength: 1,
  maxLength: userBounds.usernameCharactersMax,
  description: '1 to 64 characters, none of them a control character'
})

export const UserStatus = Type.Union([Type.Literal('enabled'), Type.Literal('disabled')])
export type UserStatus = Static<typeof UserStatus>

/** One that a person has chosen. Left out: the service makes one and shows it once. */
const ChosenPassword = Type.String({
  minLength: userBounds.passwordCharactersMin,
  maxLength: userBounds.passwordCharactersMax,
  description: 'Left out, the service makes one and shows it once'
})

/** `POST /instances/{id}/users`. */
export const MqttUserCreate = Type.Object(
  {
    username: Username,
    password: Type.Optional(ChosenPassword),
    remark: Type.Optional(Remark),
    status: Type.Optional(UserStatus)
  },
  strict
)
export type MqttUserCreate = Static<typeof MqttUserCreate>

/** `PATCH /instances/{id}/users/{username}`. */
export const MqttUserPatch = Type.Object(
  { status: Type.Optional(UserStatus), remark: Type.Optional(Remark) },
  strict
)
export type MqttUserPatch = Static<typeof MqttUserPatch>

/** `POST /instances/{id}/users/{username}/reset-password`. */
export const PasswordReset = Type.Object({ password: Type.Optional(ChosenPassword) }, strict)
export type PasswordReset = Static<typeof PasswordReset>

/** A user as the API answers it: nothing of the password. */
export const MqttUser = Type.Object({
  username: Username,
  status: UserStatus,
  remark: Remark,
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
  /** When a client was last let in with this username; null: never, or nobody can say. */
  lastSeenAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()])
})
export type MqttUser = Static<typeof MqttUser>

/** The answer to a new password: a generated one is in it, this once; a chosen one is not. */
export const MqttUserWithPassword = Type.Object({
  ...MqttUser.properties,
  password: Type.Optional(Type.String())
})
export type MqttUserWithPassword = Static<typeof MqttUserWithPassword>

/**
 * What Redis holds of a user, and all that a node needs. Two forms of hash, told apart by their beginning:
 * `sha256$<salt>$<hash>`, both hex, the hash over the salt's bytes and then the password's UTF-8, for generated passwords
 * (their random bits make a fast hash enough); else argon2id in its own encoded form, `$argon2id$v=19$m=...`.
 */
export const StoredUser = Type.Object({
  hash: Type.String({ pattern: '^(sha256\\$[0-9a-f]{32}\\$[0-9a-f]{64}|\\$argon2id\\$.+)$' }),
  status: UserStatus
})
export type StoredUser = Static<typeof StoredUser>
