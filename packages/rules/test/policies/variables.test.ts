import { clientAccess, compilePolicies } from '@parley/rules'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allow, deny, mayPublish, maySubscribe, request } from './builders.js'

const own = [allow('dev/${clientId}/#')]

describe('a variable stands for the text of the client', () => {
  test.each([
    ['dev/${clientId}/up', { clientId: 'c1' }, 'dev/c1/up'],
    ['dev/${CLIENTID}/+', { clientId: 'c1' }, 'dev/c1/up'],
    ['u-${userName}-*', { username: 'bob' }, 'u-bob-x/y'],
    ['${clientId}/${username}', { clientId: 'c1', username: 'bob' }, 'c1/bob'],
    ['${clientId}${clientId}', { clientId: 'c1' }, 'c1c1'],
    ['?${clientId}', { clientId: '😀' }, 'x😀'],
    ['*${username}*', { username: '' }, 'a/b'],
    ['$${clientId}/x', {}, '${clientId}/x']
  ])('%s for %o is %s', (pattern, client, topic) => {
    expect(mayPublish([allow(pattern)], topic, client)).toBe(true)
    expect(maySubscribe([allow(pattern)], topic, client)).toBe(true)
  })

  test('and not for that of another', () => {
    expect(mayPublish(own, 'dev/c2/up', { clientId: 'c1' })).toBe(false)
    expect(maySubscribe(own, 'dev/c2/#', { clientId: 'c1' })).toBe(false)
    expect(maySubscribe(own, 'dev/+/up', { clientId: 'c1' })).toBe(false)
    expect(maySubscribe(own, 'dev/c1/#', { clientId: 'c1' })).toBe(true)
    expect(maySubscribe(own, 'dev/c1/+/x', { clientId: 'c1' })).toBe(true)
  })

  test('in a deny', () => {
    const policies = [deny('dev/${clientId}/admin'), allow('#')]
    expect(mayPublish(policies, 'dev/c1/admin', { clientId: 'c1' })).toBe(false)
    expect(mayPublish(policies, 'dev/c2/admin', { clientId: 'c1' })).toBe(true)
    expect(maySubscribe(policies, 'dev/+/admin', { clientId: 'c1' })).toBe(false)
  })
})

describe('a client id gains nothing by what it is', () => {
  test.each(['+', '#', 'a/b', 'c2/+', 'c2/#', '/', 'x+', 'c\0'])(
    '%s makes the policy not match',
    (clientId) => {
      for (const pattern of ['dev/${clientId}/#', 'dev/${clientId}', '${clientId}', '*${clientId}*']) {
        const policies = [allow(pattern)]
        for (const topic of [
          'dev/c2/up',
          'dev/c2',
          'dev/a/b',
          'a/b',
          'x',
          `dev/${clientId}`,
          `dev/${clientId}/up`
        ]) {
          expect(mayPublish(policies, topic, { clientId })).toBe(false)
          expect(maySubscribe(policies, topic, { clientId })).toBe(false)
        }
      }
    }
  )

  test.each(['*', '?', '**', 'c*', '??'])('%s stands for itself', (clientId) => {
    for (const pattern of [
      'dev/${clientId}/#',
      'd?v/${clientId}/#',
      'dev/${clientId}/*',
      '*/${clientId}/?*'
    ]) {
      const policies = [allow(pattern)]
      expect(mayPublish(policies, `dev/${clientId}/up`, { clientId })).toBe(true)
      expect(mayPublish(policies, 'dev/c2/up', { clientId })).toBe(false)
      expect(mayPublish(policies, 'dev/cc/up', { clientId })).toBe(false)
      expect(maySubscribe(policies, `dev/${clientId}/+/x`, { clientId })).toBe(true)
      expect(maySubscribe(policies, 'dev/+/up', { clientId })).toBe(false)
      expect(maySubscribe(policies, 'dev/c2/+', { clientId })).toBe(false)
    }
    expect(maySubscribe([deny('dev/${clientId}/*'), allow('#')], 'dev/cx/+', { clientId })).toBe(true)
    expect(maySubscribe([deny('dev/${clientId}/*'), allow('#')], `dev/${clientId}/+`, { clientId })).toBe(
      false
    )
  })

  test('${username} or $${ in a client id is not read again', () => {
    const client = { clientId: '${username}', username: 'c2' }
    expect(mayPublish(own, 'dev/c2/up', client)).toBe(false)
    expect(mayPublish(own, 'dev/${username}/up', client)).toBe(true)
  })

  test('$SYS does not open the topics of the server, but those of its own place', () => {
    const client = { clientId: '$SYS' }
    expect(mayPublish([allow('${clientId}/#')], '$SYS/a', client)).toBe(false)
    expect(maySubscribe([allow('${clientId}/#')], '$SYS/#', client)).toBe(false)
    expect(maySubscribe([allow('${clientId}/*')], '$SYS/+', client)).toBe(false)
    expect(mayPublish([deny('${clientId}/#'), allow('*')], '$SYS/a', client)).toBe(false)
    expect(maySubscribe(own, 'dev/$SYS/#', client)).toBe(true)
  })

  test('an empty one opens no topic', () => {
    const client = { clientId: '' }
    expect(mayPublish([allow('${clientId}')], 'a', client)).toBe(false)
    expect(maySubscribe([allow('${clientId}')], '+', client)).toBe(false)
    expect(maySubscribe([deny('${clientId}'), allow('#')], '+', client)).toBe(true)
    expect(maySubscribe([allow('${clientId}/#')], '#', client)).toBe(false)
    expect(maySubscribe([allow('${clientId}/#')], '/#', client)).toBe(true)
  })
})

test('an anonymous client has no username to stand there', () => {
  const policies = [allow('u/${username}'), allow('u/*', { condition: { username: '?*' } })]
  for (const topic of ['u/', 'u/null', 'u/undefined', 'u/${username}', 'u/x']) {
    expect(mayPublish(policies, topic, { username: null })).toBe(false)
  }
  expect(maySubscribe([deny('u/${username}'), allow('#')], 'u/+', { username: null })).toBe(true)
})

test('many policies with variables decide as the same with the client written out', () => {
  const part = fc.constantFrom('a', 'b', 'c1', '/', '+', '*', '?', '${clientId}', '${username}')
  const pattern = fc
    .array(part, { minLength: 1, maxLength: 7 })
    .map((parts) => parts.join(''))
    // A `+` that is not a whole level is refused.
    .filter((text) => text.split('/').every((level) => level === '+' || !level.includes('+')))
  const topic = fc.array(fc.constantFrom('a', 'b', 'c1', 'bob', '/', 'x'), { minLength: 1, maxLength: 7 })
  const client = request({ clientId: 'c1', username: 'bob' })
  fc.assert(
    fc.property(
      fc.array(fc.tuple(pattern, fc.boolean()), { minLength: 1, maxLength: 40 }),
      fc.array(topic, { minLength: 1, maxLength: 5 }),
      (patterns, topics) => {
        const policies = patterns.map(([text, allows]) => (allows ? allow(text) : deny(text)))
        const writtenOut = policies.map((policy) => {
          const { condition } = policy
          const written = condition.topic.replaceAll('${clientId}', 'c1').replaceAll('${username}', 'bob')
          return { ...policy, condition: { ...condition, topic: written } }
        })
        const access = clientAccess(compilePolicies(policies), client)
        const expected = clientAccess(compilePolicies(writtenOut), client)
        for (const parts of topics) {
          const name = parts.join('')
          expect(access.mayPublish(name, 1, false)).toEqual(expected.mayPublish(name, 1, false))
        }
      }
    ),
    { numRuns: 500 }
  )
})
