import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hexDump, showPayload } from '../src/features/try-it/payload.js'

const shownBytesMax = 2_048
const bytes = (...values: number[]) => new Uint8Array(values)

describe('a payload of a device', () => {
  test('that is UTF-8 is shown as its text', () => {
    const text = '{"open":true} ✓\n<b>'
    expect(showPayload(new TextEncoder().encode(text))).toEqual({ kind: 'text', text, bytesLeftOut: 0 })
  })

  test('that is not UTF-8 is shown in hex, with what can be printed beside it', () => {
    expect(showPayload(bytes(0xff, 0x00, 0x41, 0x3c))).toEqual({
      kind: 'hex',
      text: `0000  ff 00 41 3c${' '.repeat(36)}  ..A<`,
      bytesLeftOut: 0
    })
  })

  test('that is empty says so', () => {
    expect(showPayload(bytes())).toEqual({ kind: 'empty', text: '', bytesLeftOut: 0 })
  })

  test('that is long is shown in part, and how much is left out', () => {
    const long = showPayload(new Uint8Array(1_000_000).fill(0x61))
    expect(long).toEqual({
      kind: 'text',
      text: 'a'.repeat(shownBytesMax),
      bytesLeftOut: 1_000_000 - shownBytesMax
    })
  })

  test('never makes a hex dump that holds anything but printable ASCII, and holds every byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (payload) => {
        const lines = hexDump(payload).split('\n').filter(Boolean)
        expect(lines.join('')).toMatch(/^[\x20-\x7e]*$/)
        const hex = lines.map((line) => line.slice(6, 53).replaceAll(' ', '')).join('')
        expect(hex).toBe(Buffer.from(payload).toString('hex'))
      })
    )
  })
})
