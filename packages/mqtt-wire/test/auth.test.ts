import { describe, expect, it } from 'vitest'
import { type ConnectPacket, encode } from '../src/index.js'
import { bytes, decodeAll, decodeOne, packet, properties, refusalOf, text } from './support.js'

const client = { role: 'client', level: 5 } as const
const withMethod = properties(0x15, text('m'))

function connectWith(authenticationMethod: string | undefined): Buffer {
  const connect: ConnectPacket = {
    ...{ type: 'connect', protocolLevel: 5, cleanStart: true, keepAliveS: 0, clientId: 'd' },
    ...{ username: undefined, password: undefined, will: undefined, properties: { authenticationMethod } }
  }
  return encode(connect, 5)
}

describe('AUTH', () => {
  it('goes on with what CONNECT began', () => {
    const input = bytes(connectWith('m'), packet(0xf0, 0x18, withMethod))
    expect(decodeAll(input, { level: 0 })[1]).toEqual({
      type: 'auth',
      reasonCode: 0x18,
      properties: { authenticationMethod: 'm' }
    })
  })

  it('is a protocol error when CONNECT named no method, whatever it carries', () => {
    for (const auth of [packet(0xf0), packet(0xf0, 0), packet(0xf1), packet(0xf0, 0x18, withMethod)]) {
      expect(refusalOf(bytes(connectWith(undefined), auth), { level: 0 })).toBe(0x82)
    }
  })

  it('does not exist before 5.0', () => {
    for (const first of [0xf0, 0xf1]) expect(refusalOf(packet(first), { level: 4 })).toBe(0x81)
  })

  it('says success from a server only, and re-authenticates from a client only', () => {
    expect(decodeOne(packet(0xf0), client)).toEqual({ type: 'auth', reasonCode: 0 })
    expect(refusalOf(packet(0xf0))).toBe(0x82)
    expect(decodeOne(packet(0xf0, 0x19, withMethod))).toMatchObject({ reasonCode: 0x19 })
    expect(refusalOf(packet(0xf0, 0x19, withMethod), client)).toBe(0x82)
  })

  it('is refused with flags, without a method, or with data only', () => {
    expect(refusalOf(packet(0xf1, 0x18, withMethod))).toBe(0x81)
    expect(refusalOf(packet(0xf0, 0x18))).toBe(0x82)
    expect(refusalOf(packet(0xf0, 0x18, properties(0x16, 0, 0)))).toBe(0x82)
  })

  it('is written short when it says success', () => {
    expect(encode({ type: 'auth', reasonCode: 0 }, 5)).toEqual(packet(0xf0))
    const properties = { authenticationMethod: 'm' }
    expect(encode({ type: 'auth', reasonCode: 0x18, properties }, 5)).toEqual(packet(0xf0, 0x18, withMethod))
  })
})
