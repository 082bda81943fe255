import { applyRules, compileRules, explainRules } from '@parley/rules'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bytes, input, rule, text } from './builders.js'

describe('a dry run says', () => {
  test('which rules matched, in the order in which they apply, and what did not match of the others', () => {
    const late = rule({ responseTopic: 'late' }, { priority: 200 })
    const other = rule({ responseTopic: 'o' }, { condition: { clientId: 'pump-*', topic: 'state/#' } })
    const explanation = explainRules([late, other], input())
    expect(explanation.rules).toMatchObject([
      { ruleId: other.id, matched: false, mismatches: ['clientId', 'topic'], fields: [] },
      { ruleId: late.id, name: late.name, matched: true, mismatches: [] }
    ])
  })

  test('who set which property and what gave way', () => {
    const first = rule(
      { responseTopic: 'first', userProperties: [{ key: 'via', value: 'first' }] },
      { override: true }
    )
    const second = rule({
      responseTopic: 'second',
      correlationData: 'c',
      messageExpiryInterval: 5,
      userProperties: [
        { key: 'n', value: '${payload.n}' },
        { key: 'via', value: 'second' }
      ]
    })
    const own = [
      { key: 'via', value: 'own' },
      { key: 'site', value: 'b' }
    ]
    const message = input({ responseTopic: 'own', messageExpiryInterval: 9, userProperties: own })
    const explanation = explainRules([first, second], message)
    const byFirst = { by: 'rule', ruleId: first.id }
    const bySecond = { by: 'rule', ruleId: second.id }
    expect(explanation.properties).toEqual({
      responseTopic: 'first',
      correlationData: bytes('c'),
      messageExpiryInterval: 9,
      userProperties: [own[1], { key: 'via', value: 'first' }, { key: 'via', value: 'second' }]
    })
    expect(explanation.setBy).toEqual({
      responseTopic: byFirst,
      correlationData: bySecond,
      messageExpiryInterval: { by: 'publisher' },
      userProperties: [{ by: 'publisher' }, byFirst, bySecond]
    })
    expect(explanation.responseTopicOrigin).toBe('constants')
    expect(explanation.rules.map(({ fields }) => fields)).toEqual([
      [
        { field: 'responseTopic', outcome: 'applied', replacedPublisher: true },
        { field: 'userProperties', index: 0, outcome: 'applied', replacedPublisher: true }
      ],
      [
        { field: 'responseTopic', outcome: 'skipped', reason: 'overridden_by_rule' },
        { field: 'correlationData', outcome: 'applied', replacedPublisher: false },
        { field: 'messageExpiryInterval', outcome: 'skipped', reason: 'kept_by_publisher' },
        {
          field: 'userProperties',
          index: 0,
          outcome: 'skipped',
          reason: 'missing_value',
          variable: 'payload.n'
        },
        { field: 'userProperties', index: 1, outcome: 'applied', replacedPublisher: false }
      ]
    ])
  })

  test('that an inactive rule sets nothing, and whether it would match', () => {
    const idle = rule({ responseTopic: 'r' }, { status: 'inactive' })
    expect(explainRules([idle], input())).toEqual({
      rules: [
        { ruleId: idle.id, name: idle.name, status: 'inactive', matched: true, mismatches: [], fields: [] }
      ],
      properties: { userProperties: [] },
      setBy: { userProperties: [] }
    })
  })
})

test('a dry run shows exactly what a publish would get', () => {
  const someRule = fc
    .record({
      topic: fc.constantFrom('*', 'cmd/#', 'cmd/+/open', 'x/*', '*/open'),
      clientId: fc.constantFrom('*', 'sensor-?', 'pump*'),
      responseTopic: fc.constantFrom(undefined, 'r/${clientId}', 'r/${payload.x}', '${topic}'),
      correlationData: fc.constantFrom(undefined, 'c', '${payload.x}'),
      value: fc.constantFrom('v', '${userProperty.k}', '${payload.x:-d}'),
      override: fc.boolean(),
      priority: fc.integer({ min: 0, max: 3 })
    })
    .map(({ topic, clientId, responseTopic, correlationData, value, override, priority }) =>
      rule(
        {
          ...(responseTopic && { responseTopic }),
          ...(correlationData && { correlationData }),
          userProperties: [{ key: 'k', value }]
        },
        { condition: { topic, clientId }, override, priority }
      )
    )
  const someMessage = fc
    .record({
      payload: fc.constantFrom('', '{"x":"1"}', '{"x":"a/b"}'),
      responseTopic: fc.constantFrom(undefined, 'own'),
      userProperties: fc.constantFrom(undefined, [{ key: 'k', value: 'own' }])
    })
    .map(input)
  fc.assert(
    fc.property(fc.array(someRule, { maxLength: 40 }), someMessage, (rules, message) => {
      const applied = applyRules(compileRules(rules), message)
      const { properties, rules: explained } = explainRules(rules, message)
      expect(properties.responseTopic).toBe(applied?.responseTopic ?? message.responseTopic)
      expect(text(properties.correlationData)).toBe(text(applied?.correlationData))
      expect(properties.userProperties).toEqual(applied?.userProperties ?? message.userProperties ?? [])
      for (const { matched, fields } of explained) expect(fields.length > 0).toBe(matched)
    })
  )
})
