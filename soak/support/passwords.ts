import { createHash, randomBytes } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import type { StoredUser } from '@parley/contracts'

/** As the API hashes a chosen password. */
const argon2id = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** Hashing takes time; verifying does for each user, also where two have the same password. */
const chosenPasswords = 8
const generatedBytes = 24
const saltBytes = 16

export interface Login {
  username: string
  password: string
  user: StoredUser
}

/** `count` users, half of them with a chosen and half with a generated password, as the API would store them. */
export async function makeLogins(count: number): Promise<Login[]> {
  const chosen = await Promise.all(Array.from({ length: chosenPasswords }, (_, n) => chosenPassword(n)))
  return Array.from({ length: count }, (_, number) => {
    const { password, hash } = number % 2 === 0 ? chosen[(number / 2) % chosen.length]! : generatedPassword()
    return { username: `device-${number}`, password, user: { hash, status: 'enabled' } }
  })
}

async function chosenPassword(number: number): Promise<{ password: string; hash: string }> {
  const password = `a password that somebody chose, ${number}`
  return { password, hash: await hash(password, argon2id) }
}

function generatedPassword(): { password: string; hash: string } {
  const password = randomBytes(generatedBytes).toString('base64url')
  const salt = randomBytes(saltBytes)
  const digest = createHash('sha256').update(salt).update(password).digest('hex')
  return { password, hash: `sha256$${salt.toString('hex')}$${digest}` }
}
