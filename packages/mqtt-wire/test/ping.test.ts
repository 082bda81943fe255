import { expect, it } from 'vitest'
import { encode } from '../src/index.js'
import { decodeOne, packet, refusalOf, violationOf } from './support.js'

it('PINGREQ and PINGRESP are two bytes', () => {
  expect(encode({ type: 'pingreq' }, 4)).toEqual(Buffer.from([0xc0, 0]))
  expect(encode({ type: 'pingresp' }, 5)).toEqual(Buffer.from([0xd0, 0]))
  expect(decodeOne(Buffer.from([0xc0, 0]))).toEqual({ type: 'pingreq' })
  expect(decodeOne(Buffer.from([0xd0, 0]), { role: 'client' })).toEqual({ type: 'pingresp' })
})

it('a ping with flags is malformed; one for the other direction is a protocol error', () => {
  for (const first of [0xc1, 0xc2, 0xc4, 0xc8]) expect(refusalOf(packet(first))).toBe(0x81)
  expect(refusalOf(packet(0xd0))).toBe(0x82)
  expect(refusalOf(packet(0xc0), { role: 'client' })).toBe(0x82)
})

it('a ping with a body is refused without an answer, before the body is there', () => {
  for (const level of [4, 5] as const) {
    expect(violationOf(Buffer.from([0xc0, 1]), { level })).toMatchObject({ reasonCode: 0x81, answer: 'none' })
  }
})
