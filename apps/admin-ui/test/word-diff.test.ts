import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wordDiff } from '../src/features/rules/editor/word-diff.js'

const marked = (before: string, after: string) =>
  wordDiff(before, after)
    .map(({ text, in: where }) => ({ both: text, before: `[-${text}]`, after: `[+${text}]` })[where])
    .join('')

describe('the difference of two texts', () => {
  test('a variable and a word change as a whole, what is around them stays', () => {
    expect(marked('replies/${clientId}', 'replies/${username}/x')).toBe(
      'replies/[-${clientId}][+${username}/x]'
    )
    expect(marked('one door', 'one gate')).toBe('one [-door][+gate]')
  })

  test('nothing on one side is all on the other', () => {
    expect(marked('', 'new')).toBe('[+new]')
    expect(marked('old', '')).toBe('[-old]')
  })

  test('both versions can be read out of it again, whatever they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
        const parts = wordDiff(before, after)
        const without = (where: string) =>
          parts.flatMap(({ text, in: place }) => (place === where ? [] : [text])).join('')
        expect(without('after')).toBe(before)
        expect(without('before')).toBe(after)
      })
    )
  })

  test('texts too long to compare are shown as replaced', () => {
    const long = Array.from({ length: 600 }, (_, i) => `w${i}`).join(' ')
    expect(wordDiff(long, `${long} more`).map(({ in: where }) => where)).toEqual(['before', 'after'])
  })
})
