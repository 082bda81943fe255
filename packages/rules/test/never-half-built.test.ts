import { type RuleActions, ruleBounds } from '@parley/contracts'
import { applyRules, compileRules, type RuleInput } from '@parley/rules'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { input, observer, rule, text } from './builders.js'

function outcome(actions: RuleActions, message: RuleInput) {
  const seen = observer()
  const applied = applyRules(compileRules([rule(actions)]), message, seen)
  return { applied, reasons: seen.skipped.map(([, , reason]) => reason) }
}

const property = (value: string) => ({ userProperties: [{ key: 'x', value }] })

describe('a response topic is skipped', () => {
  test.each([
    ['a client id with a slash', '${clientId}', { clientId: 'a/b' }],
    ['a client id with a wildcard', 'r/${clientId}', { clientId: '+' }],
    ['a username with #', 'r/${username}', { username: '#' }],
    ['a payload value with a slash', 'r/${payload.x}', { payload: { x: '../other' } }],
    ['a payload value with U+0000', 'r/${payload.x}', { payload: { x: 'a\0b' } }],
    ['a payload value with half a surrogate pair', 'r/${payload.x}', { payload: '{"x":"\\ud800"}' }],
    ['a user property with a slash', 'r/${userProperty.x}', property('a/b')],
    ['a value that begins with $', '${clientId}/r', { clientId: '$SYS' }],
    ['a topic that begins with $', '${topic}', { topic: '$SYS/x' }]
  ])('for %s', (_, responseTopic, message) => {
    expect(outcome({ responseTopic }, input(message))).toEqual({
      applied: undefined,
      reasons: ['unsafe_value']
    })
  })

  test('for a missing value, even when the rest would make a topic', () => {
    expect(outcome({ responseTopic: 'replies/${payload.x}/done' }, input())).toEqual({
      applied: undefined,
      reasons: ['missing_value']
    })
  })

  test('when nothing is left of it', () => {
    expect(outcome({ responseTopic: '${payload.x:-}' }, input()).reasons).toEqual(['empty_value'])
  })

  test('above 256 characters, counted as characters', () => {
    const responseTopic = '${payload.x}'
    const fits = outcome({ responseTopic }, input({ payload: { x: '😀'.repeat(256) } }))
    expect(fits.applied?.responseTopic).toBe('😀'.repeat(256))
    const tooLong = outcome({ responseTopic }, input({ payload: { x: 'x'.repeat(257) } }))
    expect(tooLong).toEqual({ applied: undefined, reasons: ['over_limit'] })
  })

  test('but not for a slash in the request topic', () => {
    expect(outcome({ responseTopic: 'r/${topic}' }, input()).applied?.responseTopic).toBe('r/cmd/door/open')
  })

  test('or else is a topic that may be published to and holds every value whole', () => {
    const anything = fc.string({ unit: 'binary', maxLength: 20 })
    fc.assert(
      fc.property(anything, anything, anything, (clientId, username, x) => {
        const message = input({ clientId, username, ...property(x) })
        const topic = outcome({ responseTopic: '${clientId}/${username}/${userProperty.x}' }, message).applied
          ?.responseTopic
        if (topic === undefined) return
        expect(topic).toBe([clientId, username, x].join('/'))
        expect(topic).not.toMatch(/[+#\0]|^\$/)
        expect(topic.split('/')).toHaveLength(3)
      })
    )
  })
})

describe('other values', () => {
  test('may hold topic syntax', () => {
    const { applied } = outcome(
      { correlationData: '${payload.x}', userProperties: [{ key: '${payload.x}', value: '${payload.x}' }] },
      input({ payload: { x: '+/#' } })
    )
    expect(text(applied?.correlationData)).toBe('+/#')
    expect(applied?.userProperties).toEqual([{ key: '+/#', value: '+/#' }])
  })

  test('that MQTT cannot carry are skipped', () => {
    const payload = '{"half":"\\ud800","nul":"\\u0000"}'
    const skipped = outcome(
      {
        correlationData: '${payload.half}',
        userProperties: [
          { key: 'k', value: '${payload.half}' },
          { key: 'k', value: '${payload.nul}' },
          { key: '${payload.nul}', value: 'v' }
        ]
      },
      input({ payload })
    )
    expect(skipped).toEqual({ applied: undefined, reasons: Array(4).fill('unsafe_value') })
  })

  test('Correlation Data above 8 KiB is skipped, counted in bytes', () => {
    const correlationData = '${payload.x}'
    const max = ruleBounds.correlationDataBytesMax
    const fits = outcome({ correlationData }, input({ payload: { x: 'é'.repeat(max / 2) } }))
    expect(fits.applied?.correlationData).toHaveLength(max)
    const tooLong = outcome({ correlationData }, input({ payload: { x: 'é'.repeat(max / 2 + 1) } }))
    expect(tooLong).toEqual({ applied: undefined, reasons: ['over_limit'] })
  })

  test('a user property above 8 KiB is skipped, the others of the rule are not', () => {
    const max = ruleBounds.userPropertyBytesMax
    const userProperties = [
      { key: 'long', value: '${payload.x}' },
      { key: 'short', value: 's' }
    ]
    const fits = outcome({ userProperties }, input({ payload: { x: 'x'.repeat(max - 4) } }))
    expect(fits.applied?.userProperties).toHaveLength(2)
    const tooLong = outcome({ userProperties }, input({ payload: { x: 'x'.repeat(max - 3) } }))
    expect(tooLong.applied?.userProperties).toEqual([{ key: 'short', value: 's' }])
    expect(tooLong.reasons).toEqual(['over_limit'])
  })

  test('a user property whose key is empty is skipped', () => {
    const userProperties = [{ key: '${payload.x}', value: 'v' }]
    expect(outcome({ userProperties }, input({ payload: { x: '' } })).reasons).toEqual(['empty_value'])
  })
})

describe('all rules together', () => {
  const kib = (key: string) => ({ key, value: 'x'.repeat(8_192 - key.length) })

  test('add at most 64 KiB; what would exceed is skipped and the rest still fits', () => {
    const full = rule({ userProperties: Array.from({ length: 7 }, (_, i) => kib(`a${i}`)) })
    const last = rule({ responseTopic: 'reply', userProperties: [kib('b'), { key: 'c', value: 'c' }] })
    const seen = observer()
    const applied = applyRules(compileRules([full, last]), input(), seen)
    expect(applied?.responseTopic).toBe('reply')
    expect(applied?.userProperties?.map(({ key }) => key)).toEqual([
      'a0',
      'a1',
      'a2',
      'a3',
      'a4',
      'a5',
      'a6',
      'c'
    ])
    expect(seen.skipped).toEqual([[last.id, 'userProperties', 'over_limit']])
  })

  test('may add exactly 64 KiB', () => {
    const set = compileRules([rule({ userProperties: Array.from({ length: 9 }, (_, i) => kib(`a${i}`)) })])
    expect(applyRules(set, input())?.userProperties).toHaveLength(8)
  })
})

describe('who answers for a response topic', () => {
  test.each([
    ['replies/x', 'constants'],
    ['replies/${instanceId}/${clientId}/${username}/${messageId}', 'constants'],
    ['replies/${payload.none:-all}', 'constants'],
    ['replies/${payload.x}', 'message'],
    ['replies/${payload.x:-all}', 'message'],
    ['replies/${topic}', 'message'],
    ['replies/${topic[1]}', 'message'],
    ['replies/${userProperty.x}', 'message'],
    ['replies/${traceId}', 'message'],
    ['replies/${clientHost}', 'message'],
    ['${clientId}/${qos}', 'message']
  ] as const)('%s: %s', (responseTopic, origin) => {
    const message = input({ payload: { x: 'x' }, ...property('y') })
    expect(outcome({ responseTopic }, message).applied?.responseTopicOrigin).toBe(origin)
  })
})

test('a rule that was stored unchecked is skipped, not thrown over', () => {
  const { applied, reasons } = outcome(
    { responseTopic: 'r/${clientIdd:-x}', correlationData: '${', messageExpiryInterval: 5 },
    input()
  )
  expect(applied).toEqual({ messageExpiryInterval: 5 })
  expect(reasons).toEqual(['invalid_template', 'invalid_template'])
})
