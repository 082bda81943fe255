import { clientAccess, compilePolicies } from '@parley/rules'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codePointsOf, tokensOf } from '../../src/pattern.js'
import { covers } from '../../src/policies/coverage.js'
import { overlaps } from '../../src/policies/overlap.js'
import { parseTopicFilter } from '../../src/policies/topic-filter.js'
import { topicMachine } from '../../src/policies/topic-machine.js'
import { TopicPattern } from '../../src/policies/topic-pattern.js'
import { costMilliseconds, onThisMachine } from '../cost.js'
import { allow, deny, maySubscribe, request } from './builders.js'

/** By 50 policies that are as hard to decide as they may be. */
const decisionMaxMs = 25

describe('a deny reaches every filter that could bring one of its topics', () => {
  const policies = [deny('test/secret'), allow('#')]

  test.each(['test/secret', 'test/+', 'test/#', '#', '+/secret', '+/+', '+/#', 'test/secret/#'])(
    '%s',
    (filter) => expect(maySubscribe(policies, filter)).toBe(false)
  )

  test.each(['other/#', 'test', 'test/+/x', '+', 'test/secret/+', '+/public', 'other/+'])(
    'but not %s',
    (filter) => expect(maySubscribe(policies, filter)).toBe(true)
  )

  test.each([
    ['*secret*', 'a/+/b', false],
    ['*secret*', 'a/b', true],
    ['a/?/c', 'a/+/c', false],
    ['a/?/c', 'a/bb/+', true],
    ['a/b*', '+/#', false],
    ['a/b*', 'b/#', true],
    ['*/x', 'a/+/y', true],
    ['*/x', 'a/#', false]
  ])('%s and %s: allowed %s', (pattern, filter, expected) => {
    expect(maySubscribe([deny(pattern), allow('#')], filter)).toBe(expected)
  })
})

describe('an allow reaches only filters all of whose topics are its own', () => {
  test.each([
    ['a/#', 'a/#'],
    ['a/#', 'a'],
    ['a/#', 'a/+/c'],
    ['a/+', 'a/+'],
    ['a/+', 'a/b'],
    ['+/#', '#'],
    ['#', '+/#'],
    ['*', '#'],
    ['?*', '#'],
    ['a*', 'a/#'],
    ['a/*', 'a/+/c'],
    ['*/c', 'a/+/c'],
    ['*/c*', '+/c/#'],
    ['*a*/+', 'a/+/b']
  ])('%s allows %s', (pattern, filter) => expect(maySubscribe([allow(pattern)], filter)).toBe(true))

  test.each([
    ['a/b', 'a/+'],
    ['a/b', '#'],
    ['a/+', 'a/#'],
    ['a/+/#', 'a/#'],
    ['+', '#'],
    ['+/+', '+/#'],
    ['a/*', 'a/#'],
    ['?', '+'],
    ['??*', '+'],
    ['*/c', 'a/#'],
    ['a/b/#', 'a/+/#']
  ])('%s does not allow %s', (pattern, filter) => expect(maySubscribe([allow(pattern)], filter)).toBe(false))

  test('two that only cover it together do not', () => {
    expect(maySubscribe([allow('a'), allow('a/+/#')], 'a/#')).toBe(false)
  })
})

describe('topics that begin with $', () => {
  test.each([
    ['#', '$SYS/#', false],
    ['#', '$SYS/a', false],
    ['+/#', '$SYS/#', false],
    ['+/a', '$SYS/a', false],
    ['*', '$SYS/#', true],
    ['*', '#', true],
    ['*/a', '$SYS/a', true],
    ['?SYS/+', '$SYS/+', true],
    ['$SYS/#', '$SYS/+', true],
    ['$SYS/#', '#', false],
    ['$*', '+', false]
  ])('allow %s, subscribe %s: %s', (pattern, filter, expected) => {
    expect(maySubscribe([allow(pattern)], filter)).toBe(expected)
  })

  test.each([
    ['$SYS/#', '#', true],
    ['$SYS/#', '+/#', true],
    ['$SYS*', '+/a', true],
    ['$SYS/#', '$SYS/+', false],
    ['$SYS*', '$SYS/+', false],
    ['#', '$SYS/#', true],
    ['+/a', '$SYS/+', true],
    ['*', '$SYS/#', false],
    ['*/a', '$SYS/+', false]
  ])('deny %s before allow *, subscribe %s: %s', (pattern, filter, expected) => {
    expect(maySubscribe([deny(pattern), allow('*')], filter)).toBe(expected)
  })
})

describe('a filter that is none, or is reserved', () => {
  test.each(['a+', 'a/#/b', '##', '+a/b', 'a\0', '$share', '$share/g', '$share/g/', '$share/g/$share/g/a'])(
    '%s is denied',
    (filter) => expect(maySubscribe([allow('*')], filter)).toBe(false)
  )

  test('a shared one is decided by the filter in it', () => {
    const policies = [deny('secret'), allow('#')]
    expect(maySubscribe(policies, '$share/group/a/#')).toBe(true)
    expect(maySubscribe(policies, '$share/group/#')).toBe(false)
    expect(maySubscribe(policies, '$share/group/secret')).toBe(false)
    expect(maySubscribe([allow('*')], '$share/group/$SYS/#')).toBe(true)
    expect(maySubscribe([allow('#')], '$share/group/$SYS/#')).toBe(false)
  })

  test('and access to one client takes what is in it', () => {
    const access = clientAccess(compilePolicies([allow('*')]), request())
    expect(access.maySubscribe('$share/group/a', 0).effect).toBe('deny')
    expect(access.maySubscribe('a', 0).effect).toBe('allow')
  })
})

/** All topics of up to `length` characters; `x` stands for any that no pattern names. */
function topicsUpTo(length: number): string[] {
  const topics: string[] = []
  let longest = ['']
  for (let i = 0; i < length; i++) {
    longest = longest.flatMap((topic) => ['a', 'x', '/', '$'].map((character) => topic + character))
    topics.push(...longest)
  }
  return topics
}

const topics = topicsUpTo(7)

/** What MQTT says a filter matches, in other words than those of the code. */
function filterMatches(filter: string): (topic: string) => boolean {
  const body = filter.replace(/[$]/g, '\\$&').replaceAll('+', '[^/]*')
  const expression = body === '#' ? '.*' : body.replace(/\/#$/, '(/.*)?')
  const regExp = new RegExp(`^${expression}$`)
  return (topic) => regExp.test(topic) && !(/^[+#]/.test(filter) && topic.startsWith('$'))
}

function patternMatches(pattern: string): (topic: string) => boolean {
  const body = pattern
    .replace(/[$]/g, '\\$&')
    .replace(/(^|\/)\+(?=\/|$)/g, '$1[^/]<')
    .replaceAll('*', '.<')
    .replaceAll('?', '.')
    .replaceAll('<', '*')
  const expression = body === '#' ? '.*' : body.replace(/\/#$/, '(/.*)?')
  const regExp = new RegExp(`^(${expression})$`)
  return (topic) => regExp.test(topic) && !(/^[+#]/.test(pattern) && topic.startsWith('$'))
}

/** Levels that are joined to something valid. */
function joined(level: fc.Arbitrary<string>, levelsMax: number): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(level, { minLength: 1, maxLength: levelsMax }), fc.boolean())
    .map(([levels, rest]) => (rest ? [...levels.slice(1), '#'] : levels).join('/'))
    .filter((text) => text !== '')
}

const text = (characters: string[], maxLength: number) =>
  fc.array(fc.constantFrom(...characters), { maxLength }).map((it) => it.join(''))
const filters = joined(fc.oneof(text(['a', '$'], 2), fc.constant('+'), fc.constant('+')), 3)
const patterns = joined(
  fc.oneof(text(['a', '*', '?', '$'], 3), text(['a', '*'], 2), fc.constant('+'), fc.constant('*')),
  3
)

function patternOf(source: string): TopicPattern {
  return new TopicPattern(tokensOf(codePointsOf(source), 'topic'), false)
}

/** Together so short that a topic of 7 characters shows what they have in common, or what not. */
const pairs = fc
  .tuple(patterns, filters)
  .filter(([pattern, filter]) => Math.max(pattern.length, filter.length) <= 6)
  .filter(([pattern, filter]) => pattern.length + filter.length <= 9)

const budget = () => ({ left: 1_000_000 })

describe('against every topic of up to 7 characters', () => {
  test('an allow covers exactly the filters whose topics all match', () => {
    fc.assert(
      fc.property(pairs, ([pattern, filter]) => {
        const asked = filterMatches(filter)
        const matched = patternMatches(pattern)
        const outside = topics.find((topic) => asked(topic) && !matched(topic))
        expect(patternOf(pattern).covers(parseTopicFilter(filter)!, budget())).toBe(outside === undefined)
      }),
      { numRuns: 3_000 }
    )
  })

  test('a deny overlaps exactly the filters of which some topic matches', () => {
    fc.assert(
      fc.property(pairs, ([pattern, filter]) => {
        const asked = filterMatches(filter)
        const matched = patternMatches(pattern)
        expect(patternOf(pattern).overlaps(parseTopicFilter(filter)!)).toBe(
          topics.some((topic) => asked(topic) && matched(topic))
        )
      }),
      { numRuns: 3_000 }
    )
  })

  test('a publish matches exactly as said', () => {
    fc.assert(
      fc.property(patterns, (pattern) => {
        const compiled = patternOf(pattern)
        const matched = patternMatches(pattern)
        expect(topics.filter((topic) => compiled.matches(topic) !== matched(topic))).toEqual([])
      }),
      { numRuns: 300 }
    )
  })
})

test('with longer ones, no topic is let through: a topic of the filter shows which', () => {
  const longPatterns = joined(fc.oneof(text(['a', 'b', '*', '?', '$'], 6), fc.constant('+')), 8)
  const longFilters = joined(fc.oneof(text(['a', 'b', '$'], 3), fc.constant('+')), 8)
  const fillings = fc.array(text(['a', 'b', 'x', '$'], 3), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(longPatterns, longFilters, fillings, (pattern, source, filling) => {
      const filter = parseTopicFilter(source)!
      const topic = filled(source, filling)
      fc.pre(filterMatches(source)(topic) && topic !== '')
      const compiled = patternOf(pattern)
      const matched = patternMatches(pattern)(topic)
      expect(compiled.matches(topic)).toBe(matched)
      if (matched) expect(compiled.overlaps(filter)).toBe(true)
      else expect(compiled.covers(filter, budget())).toBe(false)
    }),
    { numRuns: 20_000 }
  )
})

test('level by level and character by character agree', () => {
  const plain = joined(fc.oneof(text(['a', '$'], 2), fc.constant('+')), 5)
  fc.assert(
    fc.property(plain, plain, (pattern, source) => {
      const filter = parseTopicFilter(source)!
      fc.pre(filter.hasWildcards && !(filter.source.startsWith('$') && /^[+#]/.test(pattern)))
      // Which has the empty topic above it: only levels are ever asked about it.
      fc.pre(pattern !== '/#')
      const machine = topicMachine(tokensOf(codePointsOf(pattern), 'topic'))
      expect(patternOf(pattern).covers(filter, budget())).toBe(covers(machine, filter.tokens, budget()))
      expect(patternOf(pattern).overlaps(filter)).toBe(overlaps(machine, filter.tokens))
    }),
    { numRuns: 10_000 }
  )
})

/** A topic of the filter, with something for each wildcard. */
function filled(source: string, filling: string[]): string {
  return source
    .split('/')
    .map((level, i) =>
      level === '+' ? filling[i]! : level === '#' ? filling.slice(i, i + 3).join('/') : level
    )
    .join('/')
}

describe('an answer comes at once, whatever the pattern', () => {
  const hostile: [string, string][] = [
    ['many runs', '*a'.repeat(128)],
    ['runs and single characters', `*a${'?'.repeat(254)}`],
    ['a run of each', '*a?'.repeat(85)],
    ['runs and levels', `*${'/+/*a?'.repeat(42)}`],
    [
      'many characters',
      `*${Array.from({ length: 127 }, (_, i) => String.fromCodePoint(0x3b1 + i)).join('?')}*`
    ]
  ]
  const asked = [
    '#',
    '+/#',
    `${'+/'.repeat(31)}#`,
    `a/${'+/'.repeat(30)}a`,
    `${'a'.repeat(200)}/+/${'a/'.repeat(100)}#`
  ]

  test.each(hostile)('%s', (_, pattern) => {
    for (const effect of [allow, deny]) {
      const access = clientAccess(
        compilePolicies(Array.from({ length: 50 }, () => effect(pattern))),
        request()
      )
      for (const filter of asked) {
        const tookMs = costMilliseconds(() => access.maySubscribe(filter, 0))
        expect(tookMs, filter.slice(0, 20)).toBeLessThan(onThisMachine(decisionMaxMs))
      }
    }
  })

  test('which is the safe one when the steps are spent', () => {
    const filter = parseTopicFilter('+/abcde/#')!
    const pattern = patternOf('*a????*')
    expect(pattern.covers(filter, budget())).toBe(true)
    const few = { left: 10 }
    expect(pattern.covers(filter, few)).toBe(false)
    expect(few.left).toBeLessThan(0)
    // And it is spent for the policies behind as well, as far as they need any.
    expect(pattern.covers(filter, few)).toBe(false)
    expect(patternOf('*').covers(filter, few)).toBe(true)
  })

  test('and a deny needs none', () => {
    const policies = [deny(`*a${'?'.repeat(200)}b*`), allow('#')]
    expect(maySubscribe(policies, '+/#')).toBe(false)
    expect(maySubscribe(policies, `${'c'.repeat(50)}/+`)).toBe(false)
    expect(maySubscribe([deny(`?${'??'.repeat(20)}/b`), allow('#')], 'a/+/c')).toBe(true)
  })
})
