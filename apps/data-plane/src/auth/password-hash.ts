import { createHash, timingSafeEqual } from 'node:crypto'
import { verify } from '@node-rs/argon2'

const fastHash = /^sha256\$([0-9a-f]{32})\$([0-9a-f]{64})$/

/** A generated password's: it takes no time, and waits for nobody's slow one. */
export function isFastHash(hash: string): boolean {
  return fastHash.test(hash)
}

/** Whether a password is the one behind a stored hash (`StoredUser` in packages/contracts). A chosen one takes some 20 ms. */
export async function isPassword(password: Buffer, hash: string): Promise<boolean> {
  const fast = fastHash.exec(hash)
  if (fast) {
    const [, salt, expected] = fast
    const actual = createHash('sha256').update(Buffer.from(salt!, 'hex')).update(password).digest()
    return timingSafeEqual(actual, Buffer.from(expected!, 'hex'))
  }
  return verify(hash, password)
}
