import { expect, test } from 'vitest'
import { createApiKey, hashApiKeySecret, parseApiKey, verifyApiKeySecret } from '../src/index.js'

test('a new key is read back into the parts that were stored', () => {
  const key = createApiKey()
  expect(key.plain).toMatch(/^pk_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$/)
  const parts = parseApiKey(key.plain)!
  expect(parts.keyId).toBe(key.keyId)
  expect(hashApiKeySecret(key.secretSalt, parts.secret)).toBe(key.secretHash)
  expect(verifyApiKeySecret(parts.secret, key)).toBe(true)
})

test('another secret is refused', () => {
  const key = createApiKey()
  expect(verifyApiKeySecret(parseApiKey(createApiKey().plain)!.secret, key)).toBe(false)
})

test.each([
  '',
  'pk_',
  'pk_abc_def',
  `pk_ABCDEFGHIJKL_${'a'.repeat(43)}`,
  `pk_abcdefghijkl_${'a'.repeat(44)}`
])('the text %j is no key', (text) => expect(parseApiKey(text)).toBeUndefined())
