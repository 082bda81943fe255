import { applyRules, compileRules } from '@parley/rules'
import { describe, expect, test } from 'vitest'
import { bytes, input, observer, rule, text } from './builders.js'

describe('which rules apply', () => {
  test('no rules change nothing', () => {
    expect(applyRules(compileRules([]), input())).toBeUndefined()
  })

  test('a rule that does not match changes nothing', () => {
    const set = compileRules([rule({ responseTopic: 'r' }, { condition: { topic: 'other/#' } })])
    const seen = observer()
    expect(applyRules(set, input(), seen)).toBeUndefined()
    expect(seen).toMatchObject({ applied: [], skipped: [] })
  })

  test('all three conditions must match', () => {
    const condition = { clientId: 'sensor-*', username: 'alice', topic: 'cmd/#' }
    const set = compileRules([rule({ responseTopic: 'r' }, { condition })])
    expect(applyRules(set, input())).toEqual({ responseTopic: 'r', responseTopicOrigin: 'constants' })
    expect(applyRules(set, input({ clientId: 'pump-1' }))).toBeUndefined()
    expect(applyRules(set, input({ username: 'bob' }))).toBeUndefined()
    expect(applyRules(set, input({ topic: 'state/door' }))).toBeUndefined()
  })

  test('an anonymous username matches only *', () => {
    const anyone = compileRules([rule({ responseTopic: 'r' })])
    const named = compileRules([rule({ responseTopic: 'r' }, { condition: { username: '?*' } })])
    expect(applyRules(anyone, input({ username: null }))).toBeDefined()
    expect(applyRules(named, input({ username: null }))).toBeUndefined()
    expect(applyRules(named, input({ username: 'x' }))).toBeDefined()
  })

  test('inactive rules are left out', () => {
    const set = compileRules([rule({ responseTopic: 'r' }, { status: 'inactive' })])
    expect(set.size).toBe(0)
    expect(applyRules(set, input())).toBeUndefined()
  })

  test('every one of many matching rules applies, in order', () => {
    const rules = Array.from({ length: 100 }, (_, i) =>
      rule({ userProperties: [{ key: 'n', value: `${i}` }] })
    )
    const applied = applyRules(compileRules(rules.toReversed()), input())
    expect(applied?.userProperties?.map(({ value }) => value)).toEqual(rules.map((_, i) => `${i}`))
  })
})

describe('which rule wins a field', () => {
  test('the smaller priority number wins, field by field', () => {
    const low = rule({ responseTopic: 'low', correlationData: 'low' }, { priority: 200 })
    const high = rule({ responseTopic: 'high', messageExpiryInterval: 5 }, { priority: 10 })
    const seen = observer()
    const applied = applyRules(compileRules([low, high]), input(), seen)
    expect(applied?.responseTopic).toBe('high')
    expect(text(applied?.correlationData)).toBe('low')
    expect(applied?.messageExpiryInterval).toBe(5)
    expect(seen.skipped).toEqual([[low.id, 'responseTopic', 'overridden_by_rule']])
  })

  test('between equal priorities the older rule wins, whatever its id and however its time is written', () => {
    const younger = rule({ responseTopic: 'younger' }, { id: 'a', createdAt: '2025-06-01T00:00:00.500Z' })
    const older = rule({ responseTopic: 'older' }, { id: 'b', createdAt: '2025-06-01T00:00:00Z' })
    for (const rules of [
      [younger, older],
      [older, younger]
    ]) {
      expect(applyRules(compileRules(rules), input())?.responseTopic).toBe('older')
    }
  })

  test('between rules of the same moment the id decides', () => {
    const createdAt = '2025-06-01T00:00:00.000Z'
    const b = rule({ responseTopic: 'b' }, { id: 'b', createdAt })
    const a = rule({ responseTopic: 'a' }, { id: 'a', createdAt })
    expect(compileRules([b, a]).rules.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(compileRules([a, b]).rules.map(({ id }) => id)).toEqual(['a', 'b'])
  })

  test.each([
    ['missing', '${payload.replyTo}', 'missing_value'],
    ['unsafe', '${userProperty.evil}', 'unsafe_value'],
    ['too long', '${userProperty.long}', 'over_limit']
  ] as const)('a winner whose value is %s leaves the field to the next rule', (_, responseTopic, reason) => {
    const first = rule({ responseTopic }, { priority: 1 })
    const second = rule({ responseTopic: 'second' }, { priority: 2 })
    const seen = observer()
    const userProperties = [
      { key: 'evil', value: 'a/b' },
      { key: 'long', value: 'x'.repeat(300) }
    ]
    const applied = applyRules(compileRules([first, second]), input({ userProperties }), seen)
    expect(applied?.responseTopic).toBe('second')
    expect(seen.skipped).toEqual([[first.id, 'responseTopic', reason]])
  })
})

describe('what the publisher set itself', () => {
  const own = { responseTopic: 'own', correlationData: bytes('own'), messageExpiryInterval: 9 }
  const actions = { responseTopic: 'rule', correlationData: 'rule', messageExpiryInterval: 60 }

  test('is kept by a rule without override', () => {
    const polite = rule(actions)
    const seen = observer()
    expect(applyRules(compileRules([polite]), input(own), seen)).toBeUndefined()
    expect(seen.applied).toEqual([])
    expect(seen.skipped.map(([, , reason]) => reason)).toEqual(Array(3).fill('kept_by_publisher'))
  })

  test('gives way to a rule with override', () => {
    const applied = applyRules(compileRules([rule(actions, { override: true })]), input(own))
    expect(applied).toMatchObject({ responseTopic: 'rule', messageExpiryInterval: 60 })
    expect(text(applied?.correlationData)).toBe('rule')
  })

  test('gives way to the first overriding rule, also behind rules that do not override', () => {
    const rules = [
      rule({ responseTopic: 'polite' }, { priority: 1 }),
      rule({ responseTopic: 'first' }, { priority: 2, override: true }),
      rule({ responseTopic: 'second' }, { priority: 3, override: true })
    ]
    const seen = observer()
    expect(applyRules(compileRules(rules), input(own), seen)?.responseTopic).toBe('first')
    expect(seen.skipped.map(([, , reason]) => reason)).toEqual(['kept_by_publisher', 'overridden_by_rule'])
  })

  test('is kept when the overriding value cannot be used', () => {
    const set = compileRules([rule({ responseTopic: '${payload.x}' }, { override: true })])
    expect(applyRules(set, input(own))).toBeUndefined()
  })

  test('an empty Correlation Data of the publisher is a value too', () => {
    const set = compileRules([rule({ correlationData: 'rule' })])
    expect(applyRules(set, input({ correlationData: bytes('') }))).toBeUndefined()
  })
})

describe('user properties', () => {
  const userProperties = [
    { key: 'via', value: 'own' },
    { key: 'site', value: 'b' },
    { key: 'via', value: 'own too' }
  ]

  test('of all matching rules stand behind the publisher’s own, in order of precedence', () => {
    const rules = [
      rule({ userProperties: [{ key: 'c', value: '3' }] }, { priority: 2 }),
      rule(
        {
          userProperties: [
            { key: 'a', value: '1' },
            { key: 'b', value: '2' }
          ]
        },
        { priority: 1 }
      )
    ]
    const own = [{ key: 'own', value: '0' }]
    expect(applyRules(compileRules(rules), input({ userProperties: own }))?.userProperties).toEqual([
      { key: 'own', value: '0' },
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
      { key: 'c', value: '3' }
    ])
    expect(own).toHaveLength(1)
  })

  test('of the same key are appended when the rule does not override', () => {
    const set = compileRules([rule({ userProperties: [{ key: 'via', value: 'rule' }] })])
    expect(applyRules(set, input({ userProperties }))?.userProperties).toEqual([
      ...userProperties,
      { key: 'via', value: 'rule' }
    ])
  })

  test('of the same key are replaced when the rule overrides, but never those of another rule', () => {
    const set = compileRules([
      rule({ userProperties: [{ key: 'via', value: 'polite' }] }),
      rule({ userProperties: [{ key: 'via', value: 'rule' }] }, { override: true })
    ])
    expect(applyRules(set, input({ userProperties }))?.userProperties).toEqual([
      { key: 'site', value: 'b' },
      { key: 'via', value: 'polite' },
      { key: 'via', value: 'rule' }
    ])
  })

  test('of the publisher stay when the overriding value is missing', () => {
    const set = compileRules([
      rule({ userProperties: [{ key: 'via', value: '${payload.x}' }] }, { override: true })
    ])
    expect(applyRules(set, input({ userProperties }))).toBeUndefined()
  })

  test('named __proto__ or constructor are properties like any other', () => {
    const set = compileRules([
      rule({ userProperties: [{ key: '__proto__', value: '${userProperty.constructor:-none}' }] })
    ])
    expect(applyRules(set, input())?.userProperties).toEqual([{ key: '__proto__', value: 'none' }])
    const sent = [{ key: 'constructor', value: 'mine' }]
    expect(applyRules(set, input({ userProperties: sent }))?.userProperties?.[1]?.value).toBe('mine')
  })
})
