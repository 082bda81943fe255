import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePattern, matchesPattern, type PatternKind } from '../src/pattern.js'
import { PatternIndex } from '../src/pattern-index.js'
import { costMilliseconds, onThisMachine } from './cost.js'

/** Steps that grow as the text or the pattern does take a few tens; what tries things twice takes for ever. */
const matchMaxMs = 500

function matches(pattern: string, value: string | null, kind: PatternKind = 'topic'): boolean {
  return matchesPattern(compilePattern(pattern, kind), value)
}

/** By the definition, trying every way. Exponential: for short texts only. */
function naive(pattern: string, value: string, kind: PatternKind): boolean {
  const tokens = [...pattern]
  const characters = [...value]
  const startsLevel = (i: number) => i === 0 || tokens[i - 1] === '/'
  const walk = (t: number, c: number): boolean => {
    if (t === tokens.length) return c === characters.length
    const token = tokens[t]!
    if (kind === 'topic' && token === '#' && startsLevel(t) && t === tokens.length - 1) return true
    const parent = kind === 'topic' && token === '/' && tokens[t + 1] === '#' && t + 2 === tokens.length
    if (parent && c === characters.length) return true
    if (token === '*') return walk(t + 1, c) || (c < characters.length && walk(t, c + 1))
    const level =
      kind === 'topic' &&
      token === '+' &&
      startsLevel(t) &&
      (t + 1 === tokens.length || tokens[t + 1] === '/')
    if (level) return walk(t + 1, c) || (c < characters.length && characters[c] !== '/' && walk(t, c + 1))
    return c < characters.length && (token === '?' || token === characters[c]) && walk(t + 1, c + 1)
  }
  return walk(0, 0)
}

const patterns = fc
  .array(fc.constantFrom('a', 'b', '/', '/', '*', '?', '+', '#', '/+/', '/#', '😀'), {
    minLength: 1,
    maxLength: 9
  })
  .map((parts) => parts.join(''))
const values = fc
  .array(fc.constantFrom('a', 'b', '/', '+', '#', '😀'), { maxLength: 9 })
  .map((parts) => parts.join(''))
const kinds = fc.constantFrom<PatternKind>('text', 'topic')

describe('a pattern matches', () => {
  test.each([
    ['*', 'anything/at all'],
    ['cmd/*', 'cmd/a/b'],
    ['cmd/*', 'cmd/'],
    ['*/door', 'cmd/a/door'],
    ['a*c', 'ac'],
    ['a*c', 'a/b/c'],
    ['door-?', 'door-1'],
    ['door-?', 'door-/'],
    ['door-?', 'door-😀'],
    ['cmd/+/open', 'cmd/door/open'],
    ['cmd/+/open', 'cmd//open'],
    ['+', 'cmd'],
    ['+/+', '/finance'],
    ['cmd/+', 'cmd/'],
    ['*/+/open', 'a/b/c/open'],
    ['dev*/+/x?', 'device/1/x1'],
    ['#', 'a/b'],
    ['cmd/#', 'cmd'],
    ['cmd/#', 'cmd/'],
    ['cmd/#', 'cmd/a/b'],
    ['+/#', 'cmd'],
    ['c?d/#', 'cmd'],
    ['c?d/#', 'cmd/a'],
    ['**', 'x'],
    ['a.c', 'a.c']
  ])('%s matches %s', (pattern, value) => {
    expect(matches(pattern, value)).toBe(true)
  })

  test.each([
    ['cmd/*', 'cmd'],
    ['cmd/door', 'cmd/door/open'],
    ['door-?', 'door-'],
    ['door-?', 'door-12'],
    ['cmd/+/open', 'cmd/a/b/open'],
    ['cmd/+', 'cmd'],
    ['cmd/+', 'cmd/a/b'],
    ['+', 'a/b'],
    ['cmd/#', 'cmdx'],
    ['cmd/#', 'cm'],
    ['a.c', 'abc'],
    ['a+', 'ab'],
    ['cmd#', 'cmdx'],
    ['#/a', 'b/a'],
    ['[a-z]', 'b'],
    ['Cmd', 'cmd']
  ])('%s does not match %s', (pattern, value) => {
    expect(matches(pattern, value)).toBe(false)
  })

  test('+ and # are ordinary characters outside of topics', () => {
    expect(matches('+', 'anything', 'text')).toBe(false)
    expect(matches('+', '+', 'text')).toBe(true)
    expect(matches('a/#', 'a/b', 'text')).toBe(false)
    expect(matches('a/#', 'a/#', 'text')).toBe(true)
  })

  test('an absent value matches only *', () => {
    expect(matches('*', null, 'text')).toBe(true)
    expect(matches('?*', null, 'text')).toBe(false)
    expect(matches('alice', null, 'text')).toBe(false)
    expect(matches('a*', null, 'text')).toBe(false)
  })

  test('exactly what the definition says, whatever pattern and text', () => {
    fc.assert(
      fc.property(patterns, values, kinds, (pattern, value, kind) => {
        expect(matches(pattern, value, kind)).toBe(naive(pattern, value, kind))
      }),
      { numRuns: 5_000 }
    )
  })

  test('the same when pattern and text are longer than one machine word', () => {
    fc.assert(
      fc.property(patterns, values, fc.integer({ min: 20, max: 70 }), (pattern, value, length) => {
        const padding = 'ab/'.repeat(length / 3)
        expect(matches(`?${padding}x${pattern}`, `z${padding}x${value}`)).toBe(
          naive(`x${pattern}`, `x${value}`, 'topic')
        )
        expect(matches(`*q/${padding}+/${pattern}`, `q/${padding}c/${value}`)).toBe(
          naive(`+/${pattern}`, `c/${value}`, 'topic')
        )
      }),
      { numRuns: 2_000 }
    )
  })
})

describe('the time of a match does not blow up', () => {
  test.each([
    ['many runs that cannot end', `${'*a'.repeat(500)}*b`, 'a'.repeat(65_535)],
    ['a few runs', '*a*a*a*a*b', 'a'.repeat(65_535)],
    ['one run before a long text', `*${'a'.repeat(1_000)}b*`, 'a'.repeat(65_535)],
    ['runs and single characters', `*${'a?'.repeat(500)}b*`, 'a'.repeat(65_535)],
    ['runs and levels', `*${'/+'.repeat(500)}/b`, '/a'.repeat(32_000)]
  ])('%s', (_, pattern, value) => {
    const compiled = compilePattern(pattern, 'topic')
    expect(matchesPattern(compiled, value)).toBe(false)
    expect(costMilliseconds(() => matchesPattern(compiled, value))).toBeLessThan(onThisMachine(matchMaxMs))
  })
})

describe('an index of patterns', () => {
  test('finds exactly the patterns that match, also when asked again', () => {
    fc.assert(
      fc.property(
        fc.array(patterns, { maxLength: 70 }),
        fc.array(values, { maxLength: 5 }),
        kinds,
        (sources, texts, kind) => {
          const compiled = sources.map((source) => compilePattern(source, kind))
          const index = new PatternIndex(sources, kind)
          for (const value of [...texts, ...texts]) {
            const found = index.matching(value)
            for (const [i, pattern] of compiled.entries()) {
              expect((found[i >>> 5]! >>> (i & 31)) & 1).toBe(matchesPattern(pattern, value) ? 1 : 0)
            }
          }
        }
      ),
      { numRuns: 500 }
    )
  })

  test('stays right when it has seen more values than it remembers', () => {
    const index = new PatternIndex(['a*', '*7'], 'text')
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 5_000; i++) {
        expect(index.matching(`a${i}`)[0]).toBe(i % 10 === 7 ? 0b11 : 0b01)
      }
    }
  })
})
