import type { RuleActions, RuleCondition } from '@parley/contracts'
import { validateRule } from '@parley/rules'
import { describe, expect, test } from 'vitest'
import { costMilliseconds, onThisMachine } from './cost.js'

const validationMaxMs = 100

function problems(actions: RuleActions, condition: Partial<RuleCondition> = {}) {
  return validateRule({ condition: { clientId: '*', username: '*', topic: '*', ...condition }, actions })
}

const path = '/actions/responseTopic'

describe('a rule is fine', () => {
  test('with everything that the contract shows', () => {
    const actions = {
      responseTopic: 'replies/${clientId}',
      correlationData: '${payload.requestId}',
      messageExpiryInterval: 60,
      userProperties: [{ key: 'via', value: '${topic[1]}' }]
    }
    expect(problems(actions, { topic: 'cmd/#' })).toEqual([])
  })

  test.each(['a/$x', 'a/$${x}', '${payload.a:-none}', '${USERNAME}', '${userProperty.a+b}', '${topic}/$'])(
    'with the response topic %s',
    (responseTopic) => expect(problems({ responseTopic })).toEqual([])
  )

  test.each(['cmd/+/x', '+', '#', '+/#', 'a?b*', '*/+'])('with the topic pattern %s', (topic) =>
    expect(problems({ responseTopic: 'r' }, { topic })).toEqual([])
  )

  test('with + and # in patterns that are not topics, and in values that are not topics', () => {
    const actions = { correlationData: '+#$', userProperties: [{ key: '#', value: '$+' }] }
    expect(problems(actions, { clientId: 'a+#b', username: '#x' })).toEqual([])
  })
})

describe('an unknown variable is refused, with the name that was probably meant', () => {
  test.each([
    ['${clientIdd}', 'unknown variable ${clientIdd}; did you mean ${clientId}?'],
    ['${client_id}', 'unknown variable ${client_id}; did you mean ${clientId}?'],
    ['${user}', 'unknown variable ${user}; did you mean ${username}?'],
    ['${paylod.a.b}', 'unknown variable ${paylod.a.b}; did you mean ${payload.a.b}?'],
    ['${userProperties.site}', 'unknown variable ${userProperties.site}; did you mean ${userProperty.site}?'],
    ['${topics[1]}', 'unknown variable ${topics[1]}; did you mean ${topic[1]}?'],
    ['${clientId.x}', 'unknown variable ${clientId.x}; did you mean ${clientId}?'],
    ['${ clientId }', 'unknown variable ${ clientId }; did you mean ${clientId}?'],
    ['${zzzzzzzz}', 'unknown variable ${zzzzzzzz}'],
    ['${__proto__}', 'unknown variable ${__proto__}'],
    ['${constructor}', 'unknown variable ${constructor}'],
    ['${clientIdd:-x}', 'unknown variable ${clientIdd}; did you mean ${clientId}?']
  ])('%s', (responseTopic, message) => {
    expect(problems({ responseTopic })).toEqual([{ path, message }])
  })

  test('in every text of the rule', () => {
    const actions = { correlationData: '${x}', userProperties: [{ key: '${y}', value: '${z}' }] }
    expect(problems(actions).map((problem) => problem.path)).toEqual([
      '/actions/correlationData',
      '/actions/userProperties/0/key',
      '/actions/userProperties/0/value'
    ])
  })

  test('at once, however long the name is', () => {
    const ask = () => problems({ correlationData: `\${${'x'.repeat(8_000)}}` })
    expect(ask()).toHaveLength(1)
    expect(costMilliseconds(ask)).toBeLessThan(onThisMachine(validationMaxMs))
  })
})

describe('a template that cannot be read is refused', () => {
  test.each([
    ['r/${clientId', '${ without } at character 3; write $${ for a literal ${'],
    ['${}', 'a variable without a name: ${}'],
    ['${payload}', 'empty payload path in ${payload}; name a field, as in ${payload.requestId}'],
    ['${payload.}', 'empty payload path in ${payload.}; name a field, as in ${payload.requestId}'],
    ['${payload.a..b}', 'empty payload path in ${payload.a..b}; name a field, as in ${payload.requestId}'],
    [
      '${userProperty}',
      'empty user property key in ${userProperty}; name one, as in ${userProperty.reply-to}'
    ],
    ['${topic[x]}', '${topic[x]} is not a topic level; levels count from 0, as in ${topic[1]}'],
    ['${topic[-1]}', '${topic[-1]} is not a topic level; levels count from 0, as in ${topic[1]}'],
    ['x${qos:-${qos}', 'the default text of ${qos} cannot hold a variable']
  ])('%s', (responseTopic, message) => {
    expect(problems({ responseTopic })).toEqual([{ path, message }])
  })
})

describe('a response topic that nobody could publish to is refused', () => {
  test.each(['a/+', '#', 'r/${payload.x:-#}'])('%s holds a wildcard', (responseTopic) => {
    expect(problems({ responseTopic })).toEqual([
      { path, message: 'a response topic cannot hold the wildcards `+` and `#`' }
    ])
  })

  test.each(['$SYS/x', '$${x}', '${payload.x:-$a}', '${payload.x:-}$a'])(
    '%s begins with $',
    (responseTopic) => {
      expect(problems({ responseTopic })).toEqual([
        { path, message: 'a response topic cannot begin with `$`' }
      ])
    }
  )

  test('with U+0000 or half a surrogate pair', () => {
    expect(problems({ responseTopic: 'a\0' })).toEqual([
      { path, message: 'cannot hold the character U+0000' }
    ])
    expect(problems({ responseTopic: 'a\ud800' })[0]?.message).toContain('surrogate')
  })
})

describe('a value over its limit is refused, counted in bytes', () => {
  test('Correlation Data above 8 KiB', () => {
    expect(problems({ correlationData: 'é'.repeat(4_096) })).toEqual([])
    expect(problems({ correlationData: `${'é'.repeat(4_096)}x` })).toEqual([
      { path: '/actions/correlationData', message: 'longer than 8192 bytes' }
    ])
  })

  test('a user property whose key and value together are above 8 KiB', () => {
    expect(problems({ userProperties: [{ key: 'k', value: 'é'.repeat(4_095) }] })).toEqual([])
    expect(problems({ userProperties: [{ key: 'kkk', value: 'é'.repeat(4_095) }] })).toEqual([
      { path: '/actions/userProperties/0', message: 'key and value together are longer than 8192 bytes' }
    ])
  })
})

describe('a condition that could never match is refused', () => {
  test.each(['#/a', 'a#', 'cmd/#/x', '##', 'a+', 'a/+b/c', '+*'])('the topic pattern %s', (topic) => {
    expect(problems({ responseTopic: 'r' }, { topic })).toMatchObject([{ path: '/condition/topic' }])
  })

  test('a pattern with U+0000 or half a surrogate pair', () => {
    expect(problems({ responseTopic: 'r' }, { clientId: '\0', username: '\udc00' })).toMatchObject([
      { path: '/condition/clientId' },
      { path: '/condition/username' }
    ])
  })
})
