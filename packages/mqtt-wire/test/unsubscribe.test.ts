import { expect, it } from 'vitest'
import { encode } from '../src/index.js'
import { decodeOne, packet, properties, refusalOf, text, uint16 } from './support.js'

const id = uint16(0x1234)

it('UNSUBSCRIBE is read at every level', () => {
  const expected = { type: 'unsubscribe', packetId: 0x1234, topicFilters: ['p', 'q/#'] }
  expect(decodeOne(packet(0xa2, id, text('p'), text('q/#')), { level: 3 })).toEqual(expected)
  expect(decodeOne(packet(0xaa, id, text('p'), text('q/#')), { level: 3 })).toEqual(expected)
  expect(decodeOne(packet(0xa2, id, text('p'), text('q/#')), { level: 4 })).toEqual(expected)
  const list = properties(0x26, text(''), text(''))
  expect(decodeOne(packet(0xa2, id, list, text('p'), text('q/#')))).toEqual({
    ...expected,
    userProperties: [{ key: '', value: '' }]
  })
})

it('UNSUBSCRIBE is malformed with wrong flags, packet id 0, no filter, a bad filter, a cut or a foreign property', () => {
  for (const first of [0xa0, 0xa3, 0xa4, 0xa6, 0xaa])
    expect(refusalOf(packet(first, id, 0, text('p')))).toBe(0x81)
  expect(refusalOf(packet(0xa2, 0, 0, 0, text('p')))).toBe(0x81)
  expect(refusalOf(packet(0xa2, id, 0))).toBe(0x81)
  expect(refusalOf(packet(0xa2, id), { level: 4 })).toBe(0x81)
  expect(refusalOf(packet(0xa2, id, 0, text('ab/+e')))).toBe(0x81)
  expect(refusalOf(packet(0xa2, id, 0, text('p'), text('')))).toBe(0x81)
  expect(refusalOf(packet(0xa2, id, 0, 0, 1))).toBe(0x81)
  expect(refusalOf(packet(0xa2, id, properties(0x0b, 1), text('p')))).toBe(0x81)
})

it('UNSUBSCRIBE is written', () => {
  const unsubscribe = { type: 'unsubscribe', packetId: 0x1234, topicFilters: ['p'] } as const
  const mutable = { ...unsubscribe, topicFilters: [...unsubscribe.topicFilters] }
  expect(encode(mutable, 4)).toEqual(packet(0xa2, id, text('p')))
  expect(encode(mutable, 5)).toEqual(packet(0xa2, id, 0, text('p')))
})
