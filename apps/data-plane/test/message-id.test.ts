import { describe, expect, it } from 'vitest'
import { messageId, nextSequence } from '../src/broker/message-id.js'

const uuidV7 = /^[0-9A-F]{12}7[0-9A-F]{3}[89AB][0-9A-F]{15}$/

describe('a message id', () => {
  it('is a UUIDv7 as 32 upper-case hex digits', () => {
    expect(messageId(Date.now(), nextSequence())).toMatch(uuidV7)
    expect(messageId(0, 0)).toMatch(uuidV7)
    expect(messageId(2 ** 48 - 1, 2 ** 42 - 1)).toMatch(uuidV7)
  })

  it('begins with the time of receipt', () => {
    expect(messageId(0x0190_1234_5678, 1).slice(0, 12)).toBe('019012345678')
  })

  it('sorts by time, then by sequence', () => {
    const ids: string[] = []
    for (const ms of [1_000, 1_001, 1_700_000_000_000]) {
      for (const sequence of [1, 2, 2 ** 30 - 1, 2 ** 30, 2 ** 41]) ids.push(messageId(ms, sequence))
    }
    expect(ids).toEqual(ids.toSorted())
  })

  it('is never given twice', () => {
    const count = 20_000
    const now = Date.now()
    expect(new Set(Array.from({ length: count }, () => messageId(now, nextSequence()))).size).toBe(count)
  })
})
