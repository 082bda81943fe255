import { describe, expect, it } from 'vitest'
import { encode } from '../src/index.js'
import { decodeOne, packet, properties, refusalOf, text } from './support.js'

describe('DISCONNECT', () => {
  it('has an empty body before 5.0', () => {
    expect(decodeOne(packet(0xe0), { level: 4 })).toEqual({ type: 'disconnect', reasonCode: 0 })
    expect(refusalOf(packet(0xe0, 0), { level: 4 })).toBe(0x81)
    expect(encode({ type: 'disconnect', reasonCode: 0x8b }, 4)).toEqual(packet(0xe0))
  })

  it('may have a reason alone, or with properties, at 5.0', () => {
    expect(decodeOne(packet(0xe0))).toMatchObject({ reasonCode: 0 })
    expect(decodeOne(packet(0xe0, 4))).toMatchObject({ reasonCode: 4 })
    const list = properties(0x11, '00000009', 0x1f, text('bye'))
    expect(decodeOne(packet(0xe0, 0, list))).toMatchObject({
      properties: { sessionExpiryInterval: 9, reasonString: 'bye' }
    })
  })

  it('is written short', () => {
    expect(encode({ type: 'disconnect', reasonCode: 0 }, 5)).toEqual(packet(0xe0))
    expect(encode({ type: 'disconnect', reasonCode: 0x82 }, 5)).toEqual(packet(0xe0, 0x82))
    const reference = { type: 'disconnect', reasonCode: 0x9d, properties: { serverReference: 'b' } } as const
    expect(encode(reference, 5)).toEqual(packet(0xe0, 0x9d, properties(0x1c, text('b'))))
  })

  it('takes from each side the reasons that this side may give [MQTT-3.14.2-1]', () => {
    const client = { role: 'client', level: 5 } as const
    expect(refusalOf(packet(0xe0, 0x8b))).toBe(0x82)
    expect(refusalOf(packet(0xe0, 0xff))).toBe(0x82)
    expect(refusalOf(packet(0xe0, 1))).toBe(0x82)
    expect(decodeOne(packet(0xe0, 0x8b), client)).toMatchObject({ reasonCode: 0x8b })
    expect(refusalOf(packet(0xe0, 0x04), client)).toBe(0x82)
  })

  it('from a server carries no session expiry [MQTT-3.14.2-2]', () => {
    expect(refusalOf(packet(0xe0, 0, properties(0x11, '00000009')), { role: 'client', level: 5 })).toBe(0x82)
  })

  it('is malformed with flags, cut properties, or bytes behind its end', () => {
    expect(refusalOf(packet(0xe1))).toBe(0x81)
    expect(refusalOf(packet(0xe0, 0, 1))).toBe(0x81)
    expect(refusalOf(packet(0xe0, 0, 0, 0))).toBe(0x81)
  })
})
