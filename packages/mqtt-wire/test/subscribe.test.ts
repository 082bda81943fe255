import { describe, expect, it } from 'vitest'
import { encode, type SubscribePacket } from '../src/index.js'
import { decodeOne, packet, properties, refusalOf, text, uint16, varint } from './support.js'

const id = uint16(0x1234)

function one(topicFilter: string, options: number): Buffer {
  return packet(0x82, id, 0, text(topicFilter), options)
}

describe('SUBSCRIBE is read', () => {
  it.each([3, 4] as const)('at level %i', (level) => {
    const plain = { noLocal: false, retainAsPublished: false, retainHandling: 0 }
    const input = packet(0x82, id, text('a/#'), 2, text('+'), 0)
    expect(decodeOne(input, { level })).toEqual({
      type: 'subscribe',
      packetId: 0x1234,
      subscriptions: [
        { topicFilter: 'a/#', qos: 2, ...plain },
        { topicFilter: '+', qos: 0, ...plain }
      ],
      subscriptionIdentifier: undefined
    })
  })

  it('at 5.0 with all options, an identifier and user properties', () => {
    const list = properties(0x0b, varint(268_435_455), 0x26, text('k'), text('v'))
    expect(decodeOne(packet(0x82, id, list, text('a'), 0b0010_1101))).toEqual({
      type: 'subscribe',
      packetId: 0x1234,
      subscriptions: [
        { topicFilter: 'a', qos: 1, noLocal: true, retainAsPublished: true, retainHandling: 2 }
      ],
      subscriptionIdentifier: 268_435_455,
      userProperties: [{ key: 'k', value: 'v' }]
    })
  })

  it.each(['$share/g/#', '$share/g/a/b', '$share/g//', '$SYS/broker/x', '/', '+/+', '__proto__'])(
    'to %s',
    (f) => {
      expect(decodeOne(one(f, 0))).toMatchObject({ subscriptions: [{ topicFilter: f }] })
    }
  )

  it('again, with DUP set, at 3.1 only', () => {
    expect(decodeOne(packet(0x8a, id, text('a'), 0), { level: 3 })).toMatchObject({ type: 'subscribe' })
    expect(refusalOf(packet(0x8a, id, text('a'), 0), { level: 4 })).toBe(0x81)
  })
})

describe('SUBSCRIBE is refused as malformed', () => {
  it.each([0x80, 0x81, 0x83, 0x84, 0x86, 0x8a])('with first byte %i [MQTT-3.8.1-1]', (first) => {
    expect(refusalOf(packet(first, id, 0, text('p'), 0))).toBe(0x81)
    expect(refusalOf(packet(first, id, text('p'), 0), { level: 4 })).toBe(0x81)
  })

  it.each([3, 0x30, 0x40, 0x80, 0xf0])('with options %i [MQTT-3.8.3-5]', (options) => {
    expect(refusalOf(one('p', options))).toBe(0x81)
  })

  it.each([3, 4, 8, 0x10, 0x20, 0x40, 0x80])('with options %i before 5.0', (options) => {
    expect(refusalOf(packet(0x82, id, text('p'), options), { level: 4 })).toBe(0x81)
  })

  it.each([
    '',
    'ab/+e',
    '#/a',
    'a#',
    '+a',
    'a/#/b',
    '$share',
    '$share/',
    '$share/g',
    '$share/g/',
    '$share//a',
    '$share/+/a'
  ])('to the filter "%s"', (topicFilter) => {
    expect(refusalOf(one(topicFilter, 0))).toBe(0x81)
    expect(refusalOf(packet(0x82, id, text(topicFilter), 0), { level: 4 })).toBe(0x81)
  })

  it('without a filter [MQTT-3.8.3-2], with packet id 0, or when it ends early', () => {
    expect(refusalOf(packet(0x82, id, 0))).toBe(0x81)
    expect(refusalOf(packet(0x82, id), { level: 4 })).toBe(0x81)
    expect(refusalOf(packet(0x82, 0, 0, 0, text('p'), 0))).toBe(0x81)
    expect(refusalOf(packet(0x82, id, 0, text('p')))).toBe(0x81)
    expect(refusalOf(packet(0x82, id, 0, text('p'), 0, 0))).toBe(0x81)
    expect(refusalOf(packet(0x82, 1))).toBe(0x81)
    expect(refusalOf(packet(0x82))).toBe(0x81)
  })

  it('with a property that it must not carry', () => {
    expect(refusalOf(packet(0x82, id, properties(0x1f, text('x')), text('p'), 0))).toBe(0x81)
  })
})

describe('SUBSCRIBE is refused as a protocol error', () => {
  it('with No Local on a shared subscription [MQTT-3.8.3-4]', () => {
    expect(refusalOf(one('$share/p/p', 4))).toBe(0x82)
  })

  it('with a subscription identifier of 0, or two of them', () => {
    expect(refusalOf(packet(0x82, id, properties(0x0b, 0), text('p'), 0))).toBe(0x82)
    expect(refusalOf(packet(0x82, id, properties(0x0b, 1, 0x0b, 1), text('p'), 0))).toBe(0x82)
  })
})

it('SUBSCRIBE is written with the options of its version', () => {
  const subscribe: SubscribePacket = {
    type: 'subscribe',
    packetId: 1,
    subscriptions: [{ topicFilter: 'a', qos: 1, noLocal: true, retainAsPublished: true, retainHandling: 1 }],
    subscriptionIdentifier: 128
  }
  expect(encode(subscribe, 5)).toEqual(packet(0x82, 0, 1, properties(0x0b, '8001'), text('a'), 0b0001_1101))
  expect(encode(subscribe, 4)).toEqual(packet(0x82, 0, 1, text('a'), 1))
})
