import { type Static, Type } from 'typebox'

const strict = { additionalProperties: false } as const

/** Bounds of an account of the admin UI and of the sessions that it opens. */
export const accountBounds = {
  emailCharactersMax: 254,
  passwordCharactersMin: 10,
  passwordCharactersMax: 128
} as const

/** `POST /session`: signs a person in; the answer carries the cookie. */
export const SignIn = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: accountBounds.emailCharactersMax }),
    password: Type.String({ minLength: 1, maxLength: accountBounds.passwordCharactersMax })
  },
  strict
)
export type SignIn = Static<typeof SignIn>

/** Who is signed in. Every request that changes something carries `csrfToken` in the header `csrfHeader`. */
export const AccountSession = Type.Object({
  email: Type.String(),
  tenant: Type.Object({ name: Type.String() }),
  csrfToken: Type.String(),
  /** Without a request until then the session is over. */
  idleUntil: Type.String({ format: 'date-time' }),
  /** The session is over then, whatever is requested. */
  expiresAt: Type.String({ format: 'date-time' })
})
export type AccountSession = Static<typeof AccountSession>

export const csrfHeader = 'x-csrf-token'

/** `PUT /session/password`: all other sessions of the account end. */
export const PasswordChange = Type.Object(
  {
    currentPassword: Type.String({ minLength: 1, maxLength: accountBounds.passwordCharactersMax }),
    newPassword: Type.String({
      minLength: accountBounds.passwordCharactersMin,
      maxLength: accountBounds.passwordCharactersMax
    })
  },
  strict
)
export type PasswordChange = Static<typeof PasswordChange>
