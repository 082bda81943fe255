import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isValidTopicFilter,
  isValidTopicName,
  parseSharedFilter,
  topicLevels,
  topicMatchesFilter
} from '../src/index.js'

describe('a topic name', () => {
  it.each(['a', '/', 'a/b', '//', ' ', '$SYS/x', '__proto__', 'x'.repeat(65_535)])(
    'may be %.20s',
    (topic) => {
      expect(isValidTopicName(topic)).toBe(true)
    }
  )

  it.each(['', '+', 'a/#', 'a+', 'a\0b', 'x'.repeat(65_536), 'ü'.repeat(32_768)])('is not %.20j', (topic) => {
    expect(isValidTopicName(topic)).toBe(false)
  })

  it('has one level more than slashes', () => {
    expect(['a', 'a/b', '/', 'a//b', '/a/'].map(topicLevels)).toEqual([1, 2, 2, 3, 3])
  })
})

describe('a topic filter', () => {
  it.each(['a', '#', '+', '/', '+/+', '/+', 'a/+/b', 'a/#', '+/#', '$share/g/a', '$shared/x'])(
    'may be %s',
    (filter) => {
      expect(isValidTopicFilter(filter)).toBe(true)
    }
  )

  it.each([
    '',
    'a#',
    '#a',
    'a/#/b',
    'a+',
    '+a',
    'a/b+/c',
    '##',
    '++',
    '$share/g',
    '$share/#/a',
    '$share/g/a#'
  ])('is not "%s"', (filter) => {
    expect(isValidTopicFilter(filter)).toBe(false)
  })
})

describe('a shared filter', () => {
  it('has a group and a filter [MQTT-4.8.2-1]', () => {
    expect(parseSharedFilter('$share/g/a/+/#')).toEqual({ group: 'g', filter: 'a/+/#' })
    expect(parseSharedFilter('$share/g//')).toEqual({ group: 'g', filter: '/' })
  })

  it.each(['a', '$share', '$share/', '$share/g', '$share/g/', '$share//a', '$share/+/a', '$share/g/a#'])(
    'is not %s',
    (f) => {
      expect(parseSharedFilter(f)).toBeUndefined()
    }
  )
})

describe('a filter matches', () => {
  it.each([
    ['a/b', 'a/b'],
    ['a/+', 'a/b'],
    ['a/+', 'a/'],
    ['+', 'a'],
    ['+/+', '/a'],
    ['/+', '/a'],
    ['#', 'a/b/c'],
    ['#', '/'],
    ['a/#', 'a'],
    ['a/#', 'a/'],
    ['a/#', 'a/b/c'],
    ['a/+/#', 'a/b'],
    ['+/#', 'a'],
    ['a/+/c', 'a//c'],
    ['$SYS/#', '$SYS/x'],
    ['$SYS/+', '$SYS/x']
  ])('%s: %s', (filter, topic) => {
    expect(topicMatchesFilter(filter, topic)).toBe(true)
  })

  it.each([
    ['a/b', 'a/c'],
    ['a', 'a/b'],
    ['a/b', 'a'],
    ['a/+', 'a'],
    ['+', '/a'],
    ['+', 'a/b'],
    ['a/+', 'a/b/c'],
    ['a/#', 'ab'],
    ['a/+/#', 'a'],
    ['ab', 'a'],
    ['a/b/#', 'a'],
    ['#', '$SYS/x'],
    ['+/x', '$SYS/x'],
    ['+', '$SYS']
  ])('not %s: %s', (filter, topic) => {
    expect(topicMatchesFilter(filter, topic)).toBe(false)
  })

  it('as a comparison level by level says', () => {
    const level = fc.constantFrom('', 'a', 'b', 'ab', '$x')
    const topics = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
    const filters = fc
      .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([levels, open]) => [...levels, ...(open ? ['#'] : [])].join('/'))
    fc.assert(
      fc.property(filters, topics, (filter, topic) => {
        fc.pre(filter !== '' && topic !== '')
        expect(topicMatchesFilter(filter, topic)).toBe(matchesByLevel(filter.split('/'), topic.split('/')))
      }),
      { numRuns: 2_000 }
    )
  })
})

function matchesByLevel(filter: string[], topic: string[]): boolean {
  if (topic[0].startsWith('$') && (filter[0] === '+' || filter[0] === '#')) return false
  for (let at = 0; at < filter.length; at++) {
    if (filter[at] === '#') return true
    if (at >= topic.length) return false
    if (filter[at] !== '+' && filter[at] !== topic[at]) return false
  }
  return filter.length === topic.length
}
