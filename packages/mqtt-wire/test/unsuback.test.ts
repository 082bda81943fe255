import { expect, it } from 'vitest'
import { encode } from '../src/index.js'
import { decodeOne, packet, refusalOf } from './support.js'

const client = { role: 'client', level: 5 } as const

it('UNSUBACK carries codes at 5.0 and none before', () => {
  const unsuback = { type: 'unsuback', packetId: 1, reasonCodes: [0, 0x11] } as const
  const mutable = { ...unsuback, reasonCodes: [...unsuback.reasonCodes] }
  expect(encode(mutable, 5)).toEqual(packet(0xb0, 0, 1, 0, '0011'))
  expect(encode(mutable, 4)).toEqual(packet(0xb0, 0, 1))
  expect(decodeOne(packet(0xb0, 0, 1, 0, '0011'), client)).toEqual(unsuback)
  expect(decodeOne(packet(0xb0, 0, 1), { role: 'client', level: 3 })).toMatchObject({ reasonCodes: [] })
})

it('UNSUBACK is refused without codes, with unknown ones, with packet id 0, with codes before 5.0', () => {
  expect(refusalOf(packet(0xb0, 0, 1, 0), client)).toBe(0x81)
  expect(refusalOf(packet(0xb0, 0, 1, 0, 1), client)).toBe(0x82)
  expect(refusalOf(packet(0xb0, 0, 0, 0, 0), client)).toBe(0x82)
  expect(refusalOf(packet(0xb0, 0, 1, 0), { role: 'client', level: 4 })).toBe(0x81)
})

it('UNSUBACK from a client is a protocol error', () => {
  expect(refusalOf(packet(0xb0, 0, 1, 0, 0))).toBe(0x82)
})
