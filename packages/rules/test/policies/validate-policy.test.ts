import { AuthorizationPolicy, PolicyCreate, PolicyDefinition, PolicyTest } from '@parley/contracts'
import { compilePolicies, decideAccess, type PolicyDraft, validatePolicy } from '@parley/rules'
import { Value } from 'typebox/value'
import { describe, expect, test } from 'vitest'
import { allow, condition, deny, mayPublish, maySubscribe, request } from './builders.js'

function problems(more: Parameters<typeof condition>[0], actions: PolicyDraft['actions'] = ['publish']) {
  return validatePolicy({ actions, condition: condition(more) })
}

describe('a policy is fine', () => {
  test.each([
    {},
    { topic: 'a/+/b/#' },
    { topic: 'dev/${clientId}/${USERNAME}/#' },
    { topic: '$${x}' },
    { topic: '$SYS/#' },
    { topic: '${clientId}*?' },
    { address: '10.0.0.0/8' },
    { address: '::1' },
    { clientId: 'a+#', username: '?*' },
    { qos: [1] }
  ] as const)('with %o', (more) => expect(problems({ ...more, qos: [...(more.qos ?? [0])] })).toEqual([]))
})

describe('a topic that could never mean what it says is refused', () => {
  test.each([
    ['${client}', 'unknown variable ${client}; did you mean ${clientId}?'],
    ['a/${user_name}', 'unknown variable ${user_name}; did you mean ${username}?'],
    ['${topic}', 'unknown variable ${topic}; a policy knows ${clientId} and ${username}'],
    ['${__proto__}', 'unknown variable ${__proto__}; a policy knows ${clientId} and ${username}'],
    ['${}', 'a variable without a name: ${}'],
    ['a/${clientId', '${ without } at character 3; write $${ for a literal ${'],
    ['#/a', '`#` must be the last level and stand alone in it, as in `cmd/#`'],
    ['${clientId}#', '`#` must be the last level and stand alone in it, as in `cmd/#`'],
    ['+${clientId}', '`+` must be a whole level, as in `cmd/+/door`']
  ])('%s', (topic, message) => {
    expect(problems({ topic })).toEqual([{ path: '/condition/topic', message }])
  })

  test('with a default text, which a username that is absent must not get', () => {
    expect(problems({ topic: 'u/${username:-x}' })).toMatchObject([{ path: '/condition/topic' }])
  })

  test('with U+0000', () => {
    expect(problems({ topic: 'a\0' })).toEqual([
      { path: '/condition/topic', message: 'cannot hold the character U+0000' }
    ])
  })
})

test('a malformed address, empty lists and what stands twice are refused, each by its path', () => {
  const draft = { address: '10.0.0.0/33', qos: [] }
  expect(problems(draft, []).map(({ path }) => path)).toEqual([
    '/actions',
    '/condition/address',
    '/condition/qos'
  ])
  expect(problems({ qos: [0, 1, 0] }, ['publish', 'connect', 'publish'])).toEqual([
    { path: '/actions/2', message: 'publish stands here twice' },
    { path: '/condition/qos/2', message: '0 stands here twice' }
  ])
})

test('a variable outside of the topic is refused', () => {
  expect(problems({ username: '${clientId}' })).toEqual([
    { path: '/condition/username', message: 'only the topic can hold a variable' }
  ])
})

describe('what should have been refused allows nothing, and denies what it can', () => {
  test.each(['a/${nobody}', 'a/#/b', 'a+', '${clientId', ''])('the topic %s', (topic) => {
    expect(mayPublish([allow(topic)], topic || 'a')).toBe(false)
    expect(maySubscribe([allow(topic)], 'a/b')).toBe(false)
  })

  test.each(['a/${nobody}', 'a/#/b', 'a+', '${clientId'])('a deny of %s', (topic) => {
    expect(mayPublish([deny(topic), allow('#')], 'x')).toBe(false)
    expect(maySubscribe([deny(topic), allow('#')], 'x/#')).toBe(false)
  })

  test('a malformed address', () => {
    const address = { condition: { address: '10.0.0.0/33' } }
    expect(mayPublish([allow('#', address)], 'a')).toBe(false)
    expect(mayPublish([deny('#', address), allow('#')], 'a')).toBe(false)
  })
})

describe('the schema', () => {
  test('takes a policy with its defaults left out, and holds it to its bounds', () => {
    const least = { name: 'only-own', effect: 'allow', actions: ['publish'] }
    expect(Value.Check(PolicyCreate, least)).toBe(true)
    expect(
      Value.Check(PolicyCreate, { ...least, condition: { address: null, retain: null, qos: [1] } })
    ).toBe(true)
    for (const wrong of [
      { name: 'a b' },
      { effect: 'maybe' },
      { actions: [] },
      { actions: ['publish', 'publish'] },
      { actions: ['unsubscribe'] },
      { priority: 10_000 },
      { condition: { qos: [] } },
      { condition: { qos: [3] } },
      { condition: { qos: [1, 1] } },
      { condition: { topic: '' } },
      { condition: { topic: 'a'.repeat(257) } },
      { condition: { topics: 'a' } },
      { more: 1 }
    ]) {
      expect(Value.Check(PolicyCreate, { ...least, ...wrong })).toBe(false)
    }
  })

  test('gives the definition of a node as part of what the API answers', () => {
    const definition = allow('#')
    expect(Value.Check(PolicyDefinition, definition)).toBe(true)
    const times = { createdAt: definition.createdAt, updatedAt: definition.createdAt }
    const answer = { ...definition, ...times, status: 'active', remark: '', revision: 1 }
    expect(Value.Check(AuthorizationPolicy, answer)).toBe(true)
  })

  test('lets a test name what it asks for only', () => {
    expect(Value.Check(PolicyTest, { action: 'connect', clientId: 'a' })).toBe(true)
    const asked = request({ topic: 'a', qos: 1, retain: true, username: null })
    expect(Value.Check(PolicyTest, asked)).toBe(true)
    expect(decideAccess(compilePolicies([allow('#')]), asked).effect).toBe('allow')
  })
})
