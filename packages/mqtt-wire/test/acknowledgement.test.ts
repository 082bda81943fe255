import { describe, expect, it } from 'vitest'
import { type AckType, encode, shortAckLength, writeShortAck } from '../src/index.js'
import { decodeOne, packet, properties, refusalOf, text, uint16 } from './support.js'

const firstBytes: [AckType, number][] = [
  ['puback', 0x40],
  ['pubrec', 0x50],
  ['pubrel', 0x62],
  ['pubcomp', 0x70]
]

describe.each(firstBytes)('%s', (type, first) => {
  const id = uint16(0x1234)

  it.each([3, 4, 5] as const)('is two bytes long at level %i', (level) => {
    expect(decodeOne(packet(first, id), { level })).toEqual({ type, packetId: 0x1234, reasonCode: 0 })
  })

  it('may carry a reason code alone, or with empty properties', () => {
    expect(decodeOne(packet(first, id, 0))).toMatchObject({ packetId: 0x1234, reasonCode: 0 })
    expect(decodeOne(packet(first, id, 0, 0))).toMatchObject({ reasonCode: 0 })
  })

  it('may carry a reason string and user properties', () => {
    const list = properties(0x1f, text('why'), 0x26, text('a'), text('1'), 0x26, text('a'), text('2'))
    const pairs = [
      { key: 'a', value: '1' },
      { key: 'a', value: '2' }
    ]
    expect(decodeOne(packet(first, id, 0, list))).toMatchObject({
      properties: { reasonString: 'why', userProperties: pairs }
    })
  })

  it('with packet id 0 is a protocol error', () => {
    expect(refusalOf(packet(first, 0, 0))).toBe(0x82)
    expect(refusalOf(packet(first, 0, 0), { level: 4 })).toBe(0x82)
  })

  it('that ends early is malformed', () => {
    expect(refusalOf(packet(first))).toBe(0x81)
    expect(refusalOf(packet(first, 1))).toBe(0x81)
    expect(refusalOf(packet(first, id, 0, 1))).toBe(0x81)
    expect(refusalOf(packet(first, id, 0, 1, 0x1f))).toBe(0x81)
  })

  it('with bytes behind its end is malformed', () => {
    expect(refusalOf(packet(first, id, 0, 0, 0))).toBe(0x81)
    expect(refusalOf(packet(first, id, 0), { level: 4 })).toBe(0x81)
  })

  it('with an unknown reason code is a protocol error', () => {
    expect(refusalOf(packet(first, id, 0xff))).toBe(0x82)
    expect(refusalOf(packet(first, id, 0x01, 0))).toBe(0x82)
  })

  it('is written short when it says success, in place and on its own', () => {
    const target = Buffer.alloc(6)
    expect(writeShortAck(target, 1, type, 0x1234)).toBe(1 + shortAckLength)
    expect(target.toString('hex')).toBe(`00${packet(first, id).toString('hex')}00`)
    for (const level of [3, 4, 5] as const) {
      expect(encode({ type, packetId: 0x1234, reasonCode: 0 }, level)).toEqual(packet(first, id))
    }
  })
})

describe('reason codes', () => {
  it('of PUBACK and PUBREC differ from those of PUBREL and PUBCOMP', () => {
    const id = uint16(1)
    for (const code of [0x10, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]) {
      expect(decodeOne(packet(0x40, id, code))).toMatchObject({ reasonCode: code })
      expect(decodeOne(packet(0x50, id, code))).toMatchObject({ reasonCode: code })
      expect(refusalOf(packet(0x62, id, code))).toBe(0x82)
      expect(refusalOf(packet(0x70, id, code))).toBe(0x82)
    }
    expect(decodeOne(packet(0x62, id, 0x92))).toMatchObject({ reasonCode: 0x92 })
    expect(decodeOne(packet(0x70, id, 0x92))).toMatchObject({ reasonCode: 0x92 })
    expect(refusalOf(packet(0x40, id, 0x92))).toBe(0x82)
  })

  it('are written at 5.0 and dropped below it', () => {
    const ack = { type: 'puback', packetId: 1, reasonCode: 0x87 } as const
    expect(encode(ack, 5)).toEqual(packet(0x40, 0, 1, 0x87))
    expect(encode(ack, 4)).toEqual(packet(0x40, 0, 1))
  })
})
