import { createHash, randomBytes, randomInt, timingSafeEqual } from 'node:crypto'

/** An API key in its parts: `pk_<keyId>_<secret>`. */
export interface ApiKeyParts {
  /** The public part, by which the key is looked up: 12 of [a-z0-9]. */
  keyId: string
  /** 43 characters of base64url: 256 random bits. */
  secret: string
}

/** What is stored of a secret. */
export interface ApiKeySecret {
  /** Hex. */
  secretSalt: string
  /** Hex sha256 over the salt's hex text and the secret. */
  secretHash: string
}

const keyIdCharacters = 12
const keyIdAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
const secretBytes = 32
const saltBytes = 16
const apiKeyPattern = /^pk_([a-z0-9]{12})_([A-Za-z0-9_-]{43})$/

/** A new key: `plain` goes to its owner once, the rest is stored. */
export function createApiKey(): { plain: string; keyId: string } & ApiKeySecret {
  const keyId = Array.from({ length: keyIdCharacters }, () => keyIdAlphabet[randomInt(keyIdAlphabet.length)])
  const parts = { keyId: keyId.join(''), secret: randomBytes(secretBytes).toString('base64url') }
  return { plain: `pk_${parts.keyId}_${parts.secret}`, keyId: parts.keyId, ...saltAndHash(parts.secret) }
}

/** A new salt and the hash of `secret` with it. */
export function saltAndHash(secret: string): ApiKeySecret {
  const secretSalt = randomBytes(saltBytes).toString('hex')
  return { secretSalt, secretHash: hashApiKeySecret(secretSalt, secret) }
}

/** Hex sha256 over the salt's hex text and the secret. */
export function hashApiKeySecret(secretSalt: string, secret: string): string {
  return createHash('sha256').update(secretSalt).update(secret).digest('hex')
}

/** True when `secret` is the one that was stored; takes the same time whichever character differs. */
export function verifyApiKeySecret(secret: string, stored: ApiKeySecret): boolean {
  const expected = Buffer.from(stored.secretHash, 'hex')
  const actual = Buffer.from(hashApiKeySecret(stored.secretSalt, secret), 'hex')
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** The parts of a key, or undefined when the text is not a key. */
export function parseApiKey(text: string): ApiKeyParts | undefined {
  const match = apiKeyPattern.exec(text)
  return match ? { keyId: match[1]!, secret: match[2]! } : undefined
}
