import { describe, expect, it } from 'vitest'
import { type ConnectPacket, encode } from '../src/index.js'
import {
  bytes,
  decodeAll,
  decodeOne,
  decoder,
  packet,
  properties,
  text,
  uint16,
  violationOf
} from './support.js'

const first = { level: 0 } as const

function connect(level: number, flags: number, ...rest: (number | string | Buffer)[]): Buffer {
  return packet(0x10, text(level === 3 ? 'MQIsdp' : 'MQTT'), level, flags, uint16(60), ...rest)
}

/** Reason code and answer of the violation. */
function refusal(input: Buffer): [number, string] {
  const { reasonCode, answer } = violationOf(input, first)
  return [reasonCode, answer]
}

describe('CONNECT is read', () => {
  it('at 3.1 and 3.1.1', () => {
    for (const level of [3, 4] as const) {
      const input = connect(
        ...([
          level,
          0b1110_1110,
          text('device'),
          text('w/t'),
          text('gone'),
          text('user'),
          text('secret')
        ] as const)
      )
      expect(decodeOne(input, first)).toStrictEqual({
        type: 'connect',
        protocolLevel: level,
        cleanStart: true,
        keepAliveS: 60,
        clientId: 'device',
        username: 'user',
        password: Buffer.from('secret'),
        will: { topic: 'w/t', payload: Buffer.from('gone'), qos: 1, retain: true, properties: undefined },
        properties: undefined
      })
    }
  })

  it('at 5.0 with its properties and those of the will', () => {
    const own = properties(
      ...[0x11, 'ffffffff', 0x21, uint16(10), 0x27, '00010000', 0x22, uint16(5), 0x19, 1, 0x17, 0],
      ...[0x26, text('k'), text('v'), 0x15, text('SCRAM'), 0x16, uint16(1), 9]
    )
    const willList = properties(
      0x18,
      '00000005',
      0x02,
      '0000000a',
      0x01,
      1,
      0x08,
      text('r'),
      0x09,
      uint16(1),
      7
    )
    const decoded = decodeOne(connect(5, 0b0000_0100, own, text('d'), willList, text('w'), text('p')), first)
    expect(decoded).toMatchObject({
      cleanStart: false,
      properties: {
        sessionExpiryInterval: 0xffff_ffff,
        receiveMaximum: 10,
        maximumPacketSize: 65_536,
        topicAliasMaximum: 5,
        requestResponseInformation: 1,
        requestProblemInformation: 0,
        userProperties: [{ key: 'k', value: 'v' }],
        authenticationMethod: 'SCRAM',
        authenticationData: Buffer.from([9])
      },
      will: {
        properties: {
          willDelayInterval: 5,
          messageExpiryInterval: 10,
          payloadFormatIndicator: 1,
          responseTopic: 'r',
          correlationData: Buffer.from([7])
        }
      }
    })
  })

  it('with a password and no username at 5.0', () => {
    expect(decodeOne(connect(5, 0b0100_0000, 0, text('d'), text('p')), first)).toMatchObject({
      username: undefined,
      password: Buffer.from('p')
    })
  })

  it('with an empty client id, and at 3.1 with a long one', () => {
    expect(decodeOne(connect(4, 2, text('')), first)).toMatchObject({ clientId: '' })
    expect(decodeOne(connect(3, 2, text('x'.repeat(100))), first)).toMatchObject({
      clientId: 'x'.repeat(100)
    })
  })

  it('at 3.1 with unused flags set and a promised user name missing', () => {
    const input = connect(3, 0b1100_0011, text('d'))
    input[0] = 0x1f
    expect(decodeOne(input, first)).toMatchObject({ clientId: 'd', username: undefined, password: undefined })
  })

  it('and sets the protocol level before the next packet', () => {
    const reader = decoder(first)
    expect(reader.protocolLevel).toBe(0)
    const types: string[] = []
    reader.write(bytes(connect(5, 2, 0, text('d')), packet(0x40, 0, 1, 0x10)), ({ type }) => {
      types.push(`${type} ${reader.protocolLevel}`)
    })
    expect(types).toEqual(['connect 5', 'puback 5'])
  })
})

describe('CONNECT is refused', () => {
  it('without an answer when the protocol name is another', () => {
    expect(refusal(packet(0x10, text('HTTP'), 4, 2, uint16(60), text('d')))).toEqual([0x82, 'none'])
    expect(refusal(packet(0x10, text('mqtt'), 4, 2, uint16(60), text('d')))).toEqual([0x82, 'none'])
    expect(refusal(packet(0x10, 0))).toEqual([0x81, 'none'])
  })

  it('with code 1 in the 3.1.1 form for an unknown level', () => {
    expect(refusal(connect(6, 2, 0, text('d')))).toEqual([0x84, 'connackV3'])
    expect(refusal(connect(0x84, 2, text('d')))).toEqual([0x84, 'connackV3'])
    expect(refusal(packet(0x10, text('MQTT'), 3, 2, uint16(60), text('d')))).toEqual([0x84, 'connackV3'])
    expect(refusal(packet(0x10, text('MQIsdp'), 4, 2, uint16(60), text('d')))).toEqual([0x84, 'connackV3'])
  })

  it('silently before 5.0, with a CONNACK at 5.0', () => {
    expect(refusal(connect(4, 3, text('d')))).toEqual([0x81, 'none'])
    expect(refusal(connect(5, 3, 0, text('d')))).toEqual([0x81, 'connack'])
  })

  it('when flags of the fixed header are set', () => {
    const input = connect(4, 2, text('d'))
    input[0] = 0x11
    expect(refusal(input)).toEqual([0x81, 'none'])
  })

  it('when the will flags contradict each other [MQTT-3.1.2-11] [MQTT-3.1.2-13]', () => {
    for (const flags of [0b0000_1000, 0b0001_0000, 0b0010_0000]) {
      expect(refusal(connect(4, flags, text('d')))[0]).toBe(0x81)
    }
    expect(refusal(connect(4, 0b0001_1100, text('d'), text('w'), text('p')))[0]).toBe(0x81)
  })

  it('when a password comes without a user name before 5.0', () => {
    expect(refusal(connect(4, 0b0100_0000, text('d'), text('p')))[0]).toBe(0x81)
    expect(refusal(connect(3, 0b0100_0000, text('d'), text('p')))[0]).toBe(0x81)
  })

  it('when the will topic is empty or has wildcards', () => {
    expect(refusal(connect(4, 0b100, text('d'), text(''), text('p')))[0]).toBe(0x82)
    expect(refusal(connect(4, 0b100, text('d'), text('a/#'), text('p')))[0]).toBe(0x81)
    expect(refusal(connect(5, 0b100, 0, text('d'), 0, text('+'), text('p')))).toEqual([0x81, 'connack'])
  })

  it('when it ends early or late', () => {
    expect(refusal(connect(4, 0b1000_0000, text('d')))[0]).toBe(0x81)
    expect(refusal(connect(4, 2, 0, 9, '64'))[0]).toBe(0x81)
    expect(refusal(connect(4, 2))[0]).toBe(0x81)
    expect(refusal(connect(4, 2, text('d'), 0))[0]).toBe(0x81)
    expect(refusal(connect(5, 2, 0, text('d'), 0))).toEqual([0x81, 'connack'])
  })

  it('with 0x85 when the client id is not valid text', () => {
    expect(refusal(connect(5, 2, 0, 0, 2, 'c328'))).toEqual([0x85, 'connack'])
    expect(refusal(connect(5, 2, 0, 0, 2, '6100'))).toEqual([0x85, 'connack'])
  })

  it.each([
    ['receive maximum 0', properties(0x21, 0, 0)],
    ['maximum packet size 0', properties(0x27, '00000000')],
    ['request response information 2', properties(0x19, 2)],
    ['request problem information 2', properties(0x17, 2)],
    ['session expiry twice', properties(0x11, '00000001', 0x11, '00000001')],
    ['authentication data without a method', properties(0x16, 0, 0)],
    ['a will delay among its own properties', properties(0x18, '00000001')]
  ])('as a protocol error with %s', (_, list) => {
    expect(refusal(connect(5, 2, list, text('d')))).toEqual([0x82, 'connack'])
  })

  it('when it is not the first packet [MQTT-3.1.0-2], or something else is [MQTT-3.1.0-1]', () => {
    const once = connect(5, 2, 0, text('d'))
    expect(refusal(bytes(once, once))).toEqual([0x82, 'disconnect'])
    for (const type of [0, 2, 3, 4, 8, 12, 14, 15]) {
      expect(refusal(Buffer.from([type << 4]))).toEqual([0x82, 'none'])
    }
  })
})

describe('CONNECT is written', () => {
  const plain: ConnectPacket = {
    ...{ type: 'connect', protocolLevel: 4, cleanStart: true, keepAliveS: 60, clientId: 'd' },
    ...{ username: undefined, password: undefined, will: undefined, properties: undefined }
  }

  it('with the protocol name of its level', () => {
    expect(encode({ ...plain, protocolLevel: 3 }, 3)).toEqual(connect(3, 2, text('d')))
    expect(encode(plain, 4)).toEqual(connect(4, 2, text('d')))
    expect(encode({ ...plain, protocolLevel: 5 }, 5)).toEqual(connect(5, 2, 0, text('d')))
  })

  it('so that a decoder reads it', () => {
    expect(decodeAll(encode(plain, 4), first)).toEqual([plain])
  })
})
