import { applyRules, compileRules, payloadParsedBytesMax, type RuleInput, variableNames } from '@parley/rules'
import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { bytes, input, rule, text } from './builders.js'

/** The text as Correlation Data, which holds any value; undefined when it was skipped. */
function rendered(template: string, message: RuleInput = input()): string | undefined {
  return text(applyRules(compileRules([rule({ correlationData: template })]), message)?.correlationData)
}

describe('every variable', () => {
  const message = input({
    payload: { a: { b: 'deep' }, n: 1.5, yes: true, list: ['zero', { x: 'one' }] },
    userProperties: [
      { key: 'site.name', value: 'first' },
      { key: 'site.name', value: 'second' }
    ]
  })

  test.each([
    ['clientId', 'sensor-1'],
    ['username', 'alice'],
    ['clientHost', '10.0.0.7:50123'],
    ['topic', 'cmd/door/open'],
    ['topic[0]', 'cmd'],
    ['topic[1]', 'door'],
    ['topic[2]', 'open'],
    ['qos', '1'],
    ['messageId', '0198F0A1B2C3D4E5F60718293A4B5C6D'],
    ['traceId', '0198f0a1b2c3d4e5f60718293a4b5c6d'],
    ['timestamp', '1760000000000'],
    ['instanceId', 'mqtt-k3v9x0qa'],
    ['protocolVersion', '3.1.1'],
    ['payload.a.b', 'deep'],
    ['payload.n', '1.5'],
    ['payload.yes', 'true'],
    ['payload.list.0', 'zero'],
    ['payload.list.1.x', 'one'],
    ['userProperty.site.name', 'first']
  ])('${%s} is %s', (variable, value) => {
    expect(rendered(`<\${${variable}}>`, message)).toBe(`<${value}>`)
  })

  test('is listed for help texts', () => {
    expect(variableNames).toHaveLength(13)
    const problems = variableNames.map((name) => compileRules([rule({ correlationData: `\${${name}}` })]))
    for (const set of problems) expect(set.rules[0]?.correlationData?.problems).toEqual([])
  })

  test('is case-insensitive in its own name only', () => {
    expect(rendered('${CLIENTID} ${clientid} ${ClientId} ${TOPIC[1]} ${traceid}')).toBe(
      'sensor-1 sensor-1 sensor-1 door 0198f0a1b2c3d4e5f60718293a4b5c6d'
    )
    expect(rendered('${PAYLOAD.a.b} ${UserProperty.site.name}', message)).toBe('deep first')
    expect(rendered('${payload.A.b}', message)).toBeUndefined()
    expect(rendered('${userProperty.Site.name}', message)).toBeUndefined()
  })

  test('is read only when a matching rule asks for it', () => {
    const messageId = vi.fn(() => 'A'.repeat(32))
    const lazy: RuleInput = Object.defineProperty({ ...input() }, 'messageId', { get: messageId })
    rendered('${clientId}', lazy)
    expect(messageId).not.toHaveBeenCalled()
    expect(rendered('${traceId}', lazy)).toBe('a'.repeat(32))
  })
})

describe('text around variables', () => {
  test.each([
    ['a${clientId}b${qos}c', 'asensor-1b1c'],
    ['$${clientId}', '${clientId}'],
    ['$$${clientId}', '$${clientId}'],
    ['$${${clientId}}', '${sensor-1}'],
    ['5$ and }', '5$ and }'],
    ['$', '$'],
    ['${payload.x:-none}', 'none'],
    ['${payload.x:-}|', '|'],
    ['${payload.x:-a:-b}', 'a:-b'],
    ['${clientId:-none}', 'sensor-1'],
    ['${payload.x:-$${}', '$${'],
    ['${payload.x:-5$}', '5$']
  ])('%s becomes %s', (template, expected) => {
    // Default text that holds `${` is refused, as it looks like a variable and would not be one.
    expect(rendered(template)).toBe(template.includes(':-$${') ? undefined : expected)
  })

  test('without a variable is kept as it is', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (constant) => {
        fc.pre(!constant.includes('${'))
        expect(rendered(constant)).toBe(constant)
      })
    )
  })
})

describe('a value counts as missing', () => {
  test.each([
    ['no such level', '${topic[3]}', input()],
    ['an anonymous username', '${username}', input({ username: null })],
    ['no such user property', '${userProperty.x}', input({ userProperties: [] })],
    ['a payload that is not JSON', '${payload.x}', input({ payload: '{"x":' })],
    ['an empty payload', '${payload.x}', input({ payload: '' })],
    ['a payload that is not UTF-8', '${payload.x}', input({ payload: Uint8Array.of(0xff, 0xfe, 0x7b) })],
    ['no such field', '${payload.x}', input({ payload: { y: 1 } })],
    ['null', '${payload.x}', input({ payload: { x: null } })],
    ['an object', '${payload.x}', input({ payload: { x: {} } })],
    ['an array', '${payload.x}', input({ payload: { x: [1] } })],
    ['a path through a string', '${payload.x.length}', input({ payload: { x: 'abc' } })],
    ['the length of an array', '${payload.x.length}', input({ payload: { x: [1] } })],
    ['an index beyond the array', '${payload.x.1}', input({ payload: { x: [1] } })],
    ['an inherited property', '${payload.toString}', input({ payload: {} })],
    ['a prototype', '${payload.__proto__.x}', input({ payload: {} })],
    ['a constructor', '${payload.constructor.name}', input({ payload: {} })],
    ['a number too large to be exact', '${payload.x}', input({ payload: '{"x":12345678901234567890}' })],
    ['an infinite number', '${payload.x}', input({ payload: '{"x":1e999}' })]
  ])('%s', (_, template, message) => {
    expect(rendered(template, message)).toBeUndefined()
    expect(rendered(template.replace('}', ':-default}'), message)).toBe('default')
  })

  test('a payload above the size that is parsed', () => {
    const padding = (size: number) => `{"x":"1"${' '.repeat(size - 9)}}`
    expect(rendered('${payload.x}', input({ payload: padding(payloadParsedBytesMax) }))).toBe('1')
    expect(rendered('${payload.x}', input({ payload: padding(payloadParsedBytesMax + 1) }))).toBeUndefined()
  })

  test('a deeply nested payload does no harm', () => {
    expect(rendered('${payload.x:-fine}', input({ payload: '['.repeat(200_000) }))).toBe('fine')
  })
})

test('an own payload property named __proto__ is a field like any other', () => {
  const message = input({ payload: '{"__proto__":{"x":"own"},"constructor":"mine"}' })
  expect(rendered('${payload.__proto__.x} ${payload.constructor}', message)).toBe('own mine')
  expect(({} as { x?: string }).x).toBeUndefined()
})

test('a payload is parsed once per message and only when a matching rule asks', () => {
  const parse = vi.spyOn(JSON, 'parse')
  try {
    const asking = Array.from({ length: 5 }, () =>
      rule({ userProperties: [{ key: 'k', value: '${payload.a}${payload.b}' }] })
    )
    const elsewhere = rule({ correlationData: '${payload.a}' }, { condition: { topic: 'else' } })
    const message = input({ payload: { a: 1, b: 2 } })
    applyRules(compileRules([elsewhere, rule({ responseTopic: 'r' })]), message)
    expect(parse).not.toHaveBeenCalled()
    expect(applyRules(compileRules(asking), message)?.userProperties).toHaveLength(5)
    expect(parse).toHaveBeenCalledTimes(1)
  } finally {
    parse.mockRestore()
  }
})

describe('the trace id', () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const own = '0198f0a1b2c3d4e5f60718293a4b5c6d'

  test.each([
    [`00-${traceId}-00f067aa0ba902b7-01`, traceId],
    [`01-${traceId}-00f067aa0ba902b7-01-more`, traceId],
    [`00-${traceId}-00f067aa0ba902b7-01-more`, own],
    [`ff-${traceId}-00f067aa0ba902b7-01`, own],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, own],
    [`00-${traceId.slice(1)}-00f067aa0ba902b7-01`, own],
    [`00-${traceId}`, own],
    ['a/b', own],
    ['', own]
  ])('of traceparent "%s"', (traceparent, expected) => {
    const userProperties = [{ key: 'traceparent', value: traceparent }]
    expect(rendered('${traceId}', input({ userProperties }))).toBe(expected)
  })
})

test('Correlation Data is UTF-8', () => {
  expect(
    applyRules(compileRules([rule({ correlationData: 'é${clientId}' })]), input({ clientId: '😀' }))
      ?.correlationData
  ).toEqual(bytes('é😀'))
})
