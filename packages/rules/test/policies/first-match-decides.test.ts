import { clientAccess, compilePolicies, decideAccess } from '@parley/rules'
import { describe, expect, test } from 'vitest'
import { allow, decidedBy, deny, mayConnect, mayPublish, maySubscribe, request } from './builders.js'

const first = { name: 'first' }
const second = { name: 'second' }

describe('the first policy that matches decides', () => {
  test('the one with the smaller priority number, whatever the order they come in', () => {
    const policies = [deny('#', { ...second, priority: 20 }), allow('#', { ...first, priority: 10 })]
    expect(decidedBy(policies, { topic: 'a' })).toBe('first')
    expect(mayPublish(policies, 'a')).toBe(true)
    expect(decidedBy(policies.toReversed(), { topic: 'a' })).toBe('first')
  })

  test('of the same priority the older one', () => {
    const older = deny('#', { ...first, createdAt: '2025-01-01T00:00:00.000Z' })
    const younger = allow('#', { ...second, createdAt: '2025-01-01T00:00:00.001Z' })
    expect(decidedBy([younger, older], { topic: 'a' })).toBe('first')
    expect(decidedBy([older, younger], { topic: 'a' })).toBe('first')
  })

  test('of the same moment the one with the smaller id', () => {
    const createdAt = '2025-01-01T00:00:00.000Z'
    const policies = [
      allow('#', { ...second, id: 'b', createdAt }),
      deny('#', { ...first, id: 'a', createdAt })
    ]
    expect(decidedBy(policies, { topic: 'a' })).toBe('first')
    expect(decidedBy(policies.toReversed(), { topic: 'a' })).toBe('first')
  })

  test('one that does not match is passed over', () => {
    const policies = [deny('b', first), allow('a', second)]
    expect(decidedBy(policies, { topic: 'a' })).toBe('second')
  })

  test('the decision names it', () => {
    const set = compilePolicies([deny('a', { id: 'p1', name: 'no-a' })])
    expect(decideAccess(set, request({ topic: 'a' }))).toEqual({
      effect: 'deny',
      policy: { id: 'p1', name: 'no-a' }
    })
  })
})

describe('without a policy that matches the answer is no', () => {
  test('for every action', () => {
    expect(mayConnect([])).toBe(false)
    expect(mayPublish([], 'a')).toBe(false)
    expect(maySubscribe([], 'a')).toBe(false)
    expect(decideAccess(compilePolicies([allow('b')]), request({ topic: 'a' }))).toEqual({
      effect: 'deny',
      policy: null
    })
  })

  test('a policy is about its actions only', () => {
    const connect = [allow('*', { actions: ['connect'] })]
    expect([mayConnect(connect), mayPublish(connect, 'a'), maySubscribe(connect, 'a')]).toEqual([
      true,
      false,
      false
    ])
    const publish = [allow('*', { actions: ['publish'] })]
    expect([mayConnect(publish), mayPublish(publish, 'a'), maySubscribe(publish, 'a')]).toEqual([
      false,
      true,
      false
    ])
    const subscribe = [allow('*', { actions: ['subscribe'] })]
    expect([mayConnect(subscribe), mayPublish(subscribe, 'a'), maySubscribe(subscribe, 'a')]).toEqual([
      false,
      false,
      true
    ])
  })

  test('for a publish or subscribe without a topic', () => {
    const set = compilePolicies([allow('*')])
    for (const action of ['publish', 'subscribe'] as const) {
      expect(decideAccess(set, request({ action })).effect).toBe('deny')
      expect(decideAccess(set, request({ action, topic: '' })).effect).toBe('deny')
    }
  })
})

describe('a set', () => {
  test('holds active policies only', () => {
    const inactive = { ...allow('#'), status: 'inactive' as const }
    const set = compilePolicies([inactive, { ...allow('b'), status: 'active' as const }])
    expect(set.size).toBe(1)
    expect(decideAccess(set, request({ topic: 'a' })).effect).toBe('deny')
  })

  test('leaves the definitions in the order they came in', () => {
    const definitions = [allow('a', { priority: 2 }), allow('b', { priority: 1 })]
    const copy = structuredClone(definitions)
    compilePolicies(definitions)
    expect(definitions).toEqual(copy)
  })
})

test('a client is answered the same again, also when it has used more topics than are remembered', () => {
  const access = clientAccess(
    compilePolicies([deny('+/7'), allow('a/#', { condition: { qos: [0] } })]),
    request()
  )
  for (let round = 0; round < 2; round++) {
    for (let i = 0; i < 1_000; i++) {
      expect(access.mayPublish(`a/${i}`, 0, false).effect).toBe(i === 7 ? 'deny' : 'allow')
      expect(access.mayPublish(`a/${i}`, 0, true).effect).toBe(i === 7 ? 'deny' : 'allow')
      expect(access.mayPublish(`a/${i}`, 1, false).effect).toBe('deny')
    }
  }
})
