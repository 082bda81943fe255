import { Compile, type Validator } from 'typebox/compile'
import { StoredUser } from './mqtt-user.js'

export type StoredUserReading = { user: StoredUser } | { problem: string }

// Compiled at first use, as in snapshot-check.ts.
let validator: Validator | undefined

/** Reads a stored user from its JSON text and checks it; never throws. No problem text repeats what was read. */
export function readStoredUser(text: string): StoredUserReading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: 'not JSON' }
    throw error
  }
  validator ??= Compile(StoredUser)
  if (validator.Check(value)) return { user: value as StoredUser }
  const [first] = validator.Errors(value)
  return { problem: first ? `${first.instancePath || '/'} ${first.message}` : 'does not match the schema' }
}
