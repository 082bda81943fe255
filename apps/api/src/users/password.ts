import { createHash, randomBytes } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import { ProblemError } from '../problem-error.js'

/** 192 random bits, 32 characters of base64url. */
const generatedBytes = 24
const saltBytes = 16
/** argon2id as OWASP recommends: 19 MiB, two passes, one lane. */
export const argon2id = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** A password as it is stored, in one of the two forms of `StoredUser`. */
export interface NewPassword {
  passwordHash: string
  /** One that was made here: for the answer, this once. Never for a log or an audit row. */
  generated?: string
}

/** Hashes the chosen password, or makes one that is hard to guess, for which a fast hash is enough. Throws `invalid`. */
export async function newPassword(chosen: string | undefined): Promise<NewPassword> {
  if (chosen === undefined) return generatePassword()
  checkPasswordCharacters(chosen, '/password')
  return { passwordHash: await hash(chosen, argon2id) }
}

/** What no schema can say of a password. Throws `invalid` for the field at `path`. */
export function checkPasswordCharacters(password: string, path: string): void {
  if (!/[\p{Control}\p{Surrogate}]/u.test(password)) return
  throw new ProblemError('invalid', 'The password cannot be used.', [
    { path, message: 'cannot hold a control character or half a surrogate pair' }
  ])
}

function generatePassword(): NewPassword {
  const generated = randomBytes(generatedBytes).toString('base64url')
  const salt = randomBytes(saltBytes)
  const digest = createHash('sha256').update(salt).update(generated).digest('hex')
  return { passwordHash: `sha256$${salt.toString('hex')}$${digest}`, generated }
}
