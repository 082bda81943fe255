import { expect, it } from 'vitest'
import { encode } from '../src/index.js'
import { decodeOne, packet, properties, refusalOf, text } from './support.js'

const client = { role: 'client', level: 5 } as const

it('SUBACK carries one code for each filter', () => {
  const suback = { type: 'suback', packetId: 1, reasonCodes: [0, 1, 2, 0x87] } as const
  expect(encode({ ...suback, reasonCodes: [...suback.reasonCodes] }, 5)).toEqual(
    packet(0x90, 0, 1, 0, '00010287')
  )
  expect(decodeOne(packet(0x90, 0, 1, 0, '00010287'), client)).toEqual(suback)
})

it('SUBACK says 0x80 for every failure before 5.0', () => {
  expect(encode({ type: 'suback', packetId: 1, reasonCodes: [2, 0x87, 0x97] }, 4)).toEqual(
    packet(0x90, 0, 1, '028080')
  )
  expect(decodeOne(packet(0x90, 0, 1, '0280'), { role: 'client', level: 4 })).toMatchObject({
    reasonCodes: [2, 0x80]
  })
})

it('SUBACK carries a reason string', () => {
  const list = properties(0x1f, text('why'))
  expect(decodeOne(packet(0x90, 0, 1, list, 0), client)).toMatchObject({
    properties: { reasonString: 'why' }
  })
})

it('SUBACK is refused without codes, with unknown ones, with packet id 0', () => {
  expect(refusalOf(packet(0x90, 0, 1, 0), client)).toBe(0x81)
  expect(refusalOf(packet(0x90, 0, 1, 0, 3), client)).toBe(0x82)
  expect(refusalOf(packet(0x90, 0, 1, 0x87), { role: 'client', level: 4 })).toBe(0x82)
  expect(refusalOf(packet(0x90, 0, 0, 0, 0), client)).toBe(0x82)
})

it('SUBACK from a client is a protocol error whatever it carries, and malformed with flags', () => {
  for (const body of ['', '01', '0001', '000100', '000100ff'])
    expect(refusalOf(packet(0x90, body))).toBe(0x82)
  for (const first of [0x91, 0x92, 0x94, 0x98]) expect(refusalOf(packet(first, '000100'))).toBe(0x81)
})
