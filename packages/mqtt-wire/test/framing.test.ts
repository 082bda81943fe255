import { describe, expect, it } from 'vitest'
import { type Packet, ProtocolViolation, type PublishPacket } from '../src/index.js'
import { bytes, decodeAll, decoder, packet, refusalOf, text, violationOf } from './support.js'

const ping = Buffer.from([0xc0, 0])

describe('the fixed header', () => {
  it('with a length of five bytes is refused without an answer', () => {
    for (const first of [0x30, 0x40, 0x82, 0xc0, 0xe0, 0xf0]) {
      const input = bytes(first, '8080808001')
      expect(violationOf(input)).toMatchObject({ reasonCode: 0x81, answer: 'none' })
      expect(violationOf(input, { level: 4 })).toMatchObject({ reasonCode: 0x81, answer: 'none' })
    }
  })

  it('of type 0 is a protocol error at its first byte', () => {
    for (const input of ['00', '0a', '0ac0', '0000']) {
      expect(violationOf(bytes(input))).toMatchObject({ reasonCode: 0x82, answer: 'disconnect' })
    }
  })

  it('with a padded length is malformed at 5.0 and read before', () => {
    expect(refusalOf(bytes('e08000'))).toBe(0x81)
    expect(decodeAll(bytes('e08000'), { level: 4 })).toEqual([{ type: 'disconnect', reasonCode: 0 }])
  })
})

describe('a packet above the limit', () => {
  it('is refused when its length is known, before its body', () => {
    expect(violationOf(bytes('30ff7f'), { packetBytesMax: 100 })).toMatchObject({
      reasonCode: 0x95,
      answer: 'disconnect'
    })
    const beforeConnect = violationOf(bytes('10ffffff7f'), { level: 0, packetBytesMax: 100 })
    expect(beforeConnect).toMatchObject({ reasonCode: 0x95, answer: 'none' })
  })

  it('counts its header, and the limit may change', () => {
    const input = packet(0x30, text('t'), 0, 'aabb')
    expect(decodeAll(input, { packetBytesMax: input.length })).toHaveLength(1)
    expect(refusalOf(input, { packetBytesMax: input.length - 1 })).toBe(0x95)
    const reader = decoder({ packetBytesMax: 2 })
    reader.packetBytesMax = input.length
    reader.write(input, () => {})
    reader.packetBytesMax = 2
    expect(() => reader.write(input, () => {})).toThrow(ProtocolViolation)
  })
})

describe('a stream', () => {
  it('may arrive byte by byte, and nothing stays buffered', () => {
    const input = bytes(ping, packet(0x30, text('topic'), 0, Buffer.alloc(300, 5)), ping)
    const reader = decoder()
    const seen: Packet[] = []
    for (const byte of input) reader.write(Buffer.from([byte]), (decoded) => void seen.push(decoded))
    expect(seen).toEqual(decodeAll(input))
    expect(reader.bufferedBytes).toBe(0)
  })

  it('of tiny chunks costs linear time and no memory ahead of the data', () => {
    const reader = decoder({ packetBytesMax: 300_000_000 })
    reader.write(bytes('30 ffffff7f'), () => {})
    for (let at = 0; at < 200_000; at++) reader.write(Buffer.from([0]), () => {})
    expect(reader.bufferedBytes).toBe(200_005)
  })

  it('keeps payloads apart that were completed one after the other', () => {
    const reader = decoder()
    const seen: Buffer[] = []
    for (const fill of [1, 2]) {
      const input = packet(0x30, text('t'), 0, Buffer.alloc(50, fill))
      for (const part of [input.subarray(0, 20), input.subarray(20)]) {
        reader.write(part, (decoded) => void seen.push((decoded as PublishPacket).payload))
      }
    }
    expect(seen).toEqual([Buffer.alloc(50, 1), Buffer.alloc(50, 2)])
  })

  it('stops when the callback returns false and goes on at resume', () => {
    const reader = decoder()
    const seen: string[] = []
    const take = (decoded: Packet): boolean => {
      seen.push(decoded.type === 'publish' ? decoded.payload.toString() : decoded.type)
      return false
    }
    const publish = (payload: string): Buffer => packet(0x30, text('t'), 0, Buffer.from(payload))
    const input = bytes(publish('1'), publish('2'), publish('3'))
    reader.write(input.subarray(0, input.length - 2), take)
    reader.write(input.subarray(input.length - 2), take)
    reader.write(ping, take)
    expect(seen).toEqual(['1'])
    expect(reader.bufferedBytes).toBe(input.length - publish('1').length + ping.length)
    for (let count = 0; count < 3; count++) reader.resume(take)
    expect(seen).toEqual(['1', '2', '3', 'pingreq'])
    expect(reader.bufferedBytes).toBe(0)
    reader.resume(take)
    reader.write(ping, take)
    expect(seen).toHaveLength(5)
  })

  it('is ignored after a violation, and after the callback threw', () => {
    const reader = decoder()
    expect(() => reader.write(Buffer.from([0xc1, 0]), () => {})).toThrow(ProtocolViolation)
    const other = decoder()
    const fail = (): void => {
      throw new Error('from the callback')
    }
    expect(() => other.write(ping, fail)).toThrow('from the callback')
    for (const closed of [reader, other]) closed.write(ping, () => expect.unreachable())
  })

  it('delivers what stands before the violation', () => {
    const seen: string[] = []
    expect(() => decoder().write(bytes(ping, ping, 0), ({ type }) => void seen.push(type))).toThrow(
      ProtocolViolation
    )
    expect(seen).toEqual(['pingreq', 'pingreq'])
  })
})
