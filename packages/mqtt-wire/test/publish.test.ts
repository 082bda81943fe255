import { describe, expect, it } from 'vitest'
import {
  encode,
  encodePublishProperties,
  type PublishPacket,
  type PublishProperties,
  publishLength,
  writePublish
} from '../src/index.js'
import { bytes, decodeOne, packet, properties, refusalOf, text, uint16, varint } from './support.js'

describe('PUBLISH is read', () => {
  it.each([3, 4] as const)('at level %i without properties', (level) => {
    const input = packet(0x3b, text('a/b'), uint16(7), Buffer.from('hi'))
    expect(decodeOne(input, { level })).toStrictEqual({
      type: 'publish',
      topic: 'a/b',
      payload: Buffer.from('hi'),
      qos: 1,
      retain: true,
      dup: true,
      packetId: 7,
      properties: undefined
    })
  })

  it('at QoS 0 without a packet id, with an empty payload', () => {
    const decoded = decodeOne(packet(0x30, text('t'), 0)) as PublishPacket
    expect(decoded).toMatchObject({ qos: 0, packetId: 0, payload: Buffer.alloc(0), properties: undefined })
  })

  it('with every property a client may send', () => {
    const list = properties(
      ...[0x01, 1, 0x02, '00000e10', 0x23, uint16(3), 0x08, text('re/ply'), 0x09, uint16(2), 'c0de'],
      ...[0x26, text('k'), text('v'), 0x26, text('k'), text('w'), 0x03, text('application/json')]
    )
    const decoded = decodeOne(packet(0x30, text('t'), list, 'ff')) as PublishPacket
    expect(decoded.payload).toEqual(Buffer.from([0xff]))
    expect(decoded.properties).toEqual({
      payloadFormatIndicator: 1,
      messageExpiryInterval: 3600,
      topicAlias: 3,
      responseTopic: 're/ply',
      correlationData: Buffer.from([0xc0, 0xde]),
      userProperties: [
        { key: 'k', value: 'v' },
        { key: 'k', value: 'w' }
      ],
      contentType: 'application/json'
    })
  })

  it('with an alias instead of a topic', () => {
    const decoded = decodeOne(packet(0x30, text(''), properties(0x23, 0, 1)))
    expect(decoded).toMatchObject({ topic: '', properties: { topicAlias: 1 } })
  })

  it('by a client with several subscription identifiers', () => {
    const list = properties(0x0b, 1, 0x0b, varint(268_435_455))
    expect(decodeOne(packet(0x30, text('t'), list), { role: 'client' })).toMatchObject({
      properties: { subscriptionIdentifiers: [1, 268_435_455] }
    })
  })

  it('with topics that are names of object members', () => {
    for (const topic of ['__proto__', 'constructor', 'toString']) {
      expect(decodeOne(packet(0x30, text(topic), 0))).toMatchObject({ topic })
    }
  })

  it('without copying the payload', () => {
    const input = packet(0x30, text('t'), 0, 'aabb')
    const decoded = decodeOne(input) as PublishPacket
    expect(decoded.payload.buffer).toBe(input.buffer)
  })
})

describe('PUBLISH is refused', () => {
  it('as malformed with QoS 3 [MQTT-3.3.1-4], and with DUP at QoS 0 [MQTT-3.3.1-2]', () => {
    expect(refusalOf(packet(0x36, text('t'), uint16(1), 0))).toBe(0x81)
    expect(refusalOf(packet(0x38, text('t'), 0))).toBe(0x81)
    expect(refusalOf(packet(0x38, text('t')), { level: 4 })).toBe(0x81)
  })

  it.each(['a/+', '#', 'a#', '+'])('as malformed to the topic %s [MQTT-3.3.2-2]', (topic) => {
    expect(refusalOf(packet(0x30, text(topic), 0))).toBe(0x81)
    expect(refusalOf(packet(0x30, text(topic)), { level: 4 })).toBe(0x81)
  })

  it('without a topic, in 5.0 also without an alias, as malformed [MQTT-4.7.3-1]', () => {
    expect(refusalOf(packet(0x30, text('')), { level: 3 })).toBe(0x81)
    expect(refusalOf(packet(0x30, text('')), { level: 4 })).toBe(0x81)
    expect(refusalOf(packet(0x30, text(''), 0))).toBe(0x81)
  })

  it('as a protocol error with packet id 0', () => {
    expect(refusalOf(packet(0x32, text('t'), uint16(0), 0))).toBe(0x82)
    expect(refusalOf(packet(0x34, text('t'), uint16(0)), { level: 4 })).toBe(0x82)
  })

  it('as malformed when it ends early', () => {
    expect(refusalOf(packet(0x30))).toBe(0x81)
    expect(refusalOf(packet(0x30, 0))).toBe(0x81)
    expect(refusalOf(packet(0x30, 0, 5, '6162'))).toBe(0x81)
    expect(refusalOf(packet(0x32, text('t'), 1))).toBe(0x81)
    expect(refusalOf(packet(0x30, text('t')))).toBe(0x81)
    expect(refusalOf(packet(0x30, text('t'), 5, 1))).toBe(0x81)
  })

  it('as a protocol error with a topic alias of 0 [MQTT-3.3.2-8]', () => {
    expect(refusalOf(packet(0x30, text('t'), properties(0x23, 0, 0)))).toBe(0x82)
  })

  it('as a protocol error with a subscription identifier from a client [MQTT-3.3.4-6]', () => {
    expect(refusalOf(packet(0x30, text('t'), properties(0x0b, 1)))).toBe(0x82)
    expect(refusalOf(packet(0x30, text('t'), properties(0x0b, 0)), { role: 'client' })).toBe(0x82)
  })

  it.each(['', 'a/#', '+'])('as a protocol error with the response topic "%s" [MQTT-3.3.2-14]', (topic) => {
    expect(refusalOf(packet(0x30, text('t'), properties(0x08, text(topic))))).toBe(0x82)
  })

  it('with 0x97 when it carries more user properties than allowed', () => {
    const pair = bytes(0x26, text('k'), text('v'))
    const three = packet(0x30, text('t'), properties(pair, pair, pair))
    expect(decodeOne(three, { userPropertiesMax: 3 })).toMatchObject({ topic: 't' })
    expect(refusalOf(three, { userPropertiesMax: 2 })).toBe(0x97)
  })
})

describe('PUBLISH is written', () => {
  const rich: PublishProperties = {
    payloadFormatIndicator: 1,
    messageExpiryInterval: 1,
    responseTopic: 'r',
    correlationData: Buffer.from('c'),
    userProperties: [{ key: 'k', value: 'ü' }],
    subscriptionIdentifiers: [1, 200],
    contentType: 'x'
  }

  it.each([3, 4, 5] as const)('in place at level %i, as long as publishLength says', (level) => {
    for (const qos of [0, 1, 2] as const) {
      const topic = Buffer.from('a/ü')
      const payload = Buffer.alloc(200, 7)
      const block = encodePublishProperties(rich)
      const length = publishLength(level, topic.length, qos, block.length, payload.length)
      const target = Buffer.alloc(length + 20, 0xee)
      expect(writePublish(target, 10, level, topic, payload, qos, true, qos > 0, 513, block)).toBe(
        10 + length
      )
      expect(target.subarray(0, 10)).toEqual(Buffer.alloc(10, 0xee))
      expect(target.subarray(10 + length)).toEqual(Buffer.alloc(10, 0xee))
      expect(decodeOne(target.subarray(10, 10 + length), { level, role: 'client' })).toEqual({
        type: 'publish',
        topic: 'a/ü',
        payload,
        qos,
        retain: true,
        dup: qos > 0,
        packetId: qos > 0 ? 513 : 0,
        properties: level === 5 ? rich : undefined
      })
    }
  })

  it('with its own properties only', () => {
    const carrier = { ...rich, messageId: 'ours', brokerMessage: { receivedAt: 1 } }
    expect(encodePublishProperties(carrier)).toEqual(encodePublishProperties(rich))
  })

  it('with one shared byte when it has no properties', () => {
    expect(encodePublishProperties(undefined)).toEqual(Buffer.from([0]))
    expect(encodePublishProperties({})).toBe(encodePublishProperties(undefined))
    expect(encodePublishProperties({ userProperties: [] })).toBe(encodePublishProperties(undefined))
  })

  it('never with a string that its length field cannot express', () => {
    const contentType = 'x'.repeat(65_536)
    expect(() => encodePublishProperties({ contentType })).toThrow(RangeError)
    expect(() => encodePublishProperties({ correlationData: Buffer.alloc(65_536) })).toThrow(RangeError)
    const payload = Buffer.alloc(0)
    const packetWithTopic = (topic: string): PublishPacket => ({
      ...{ type: 'publish', topic, payload, qos: 0, retain: false, dup: false, packetId: 0 },
      properties: undefined
    })
    expect(encode(packetWithTopic('t'.repeat(65_535)), 4).length).toBe(65_541)
    expect(() => encode(packetWithTopic('t'.repeat(65_536)), 4)).toThrow(RangeError)
  })
})
