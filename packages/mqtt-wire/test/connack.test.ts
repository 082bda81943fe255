import { expect, it } from 'vitest'
import { type ConnackProperties, encode } from '../src/index.js'
import { decodeOne, packet, properties, refusalOf } from './support.js'

const client = { role: 'client', level: 5 } as const
const oldClient = { role: 'client', level: 4 } as const

it('CONNACK is four bytes before 5.0', () => {
  const refused = { type: 'connack', sessionPresent: false, reasonCode: 5 } as const
  expect(encode(refused, 4)).toEqual(packet(0x20, 0, 5))
  expect(decodeOne(packet(0x20, 0, 5), oldClient)).toEqual(refused)
  expect(encode({ ...refused, sessionPresent: true, reasonCode: 0 }, 3)).toEqual(packet(0x20, 1, 0))
})

it('CONNACK carries all its properties at 5.0', () => {
  const all: Required<ConnackProperties> = {
    sessionExpiryInterval: 1,
    receiveMaximum: 2,
    maximumQos: 1,
    retainAvailable: 0,
    maximumPacketSize: 3,
    assignedClientIdentifier: 'auto-1',
    topicAliasMaximum: 4,
    reasonString: 'fine',
    userProperties: [{ key: 'k', value: 'v' }],
    wildcardSubscriptionAvailable: 1,
    subscriptionIdentifiersAvailable: 1,
    sharedSubscriptionAvailable: 0,
    serverKeepAlive: 5,
    responseInformation: 'r/',
    serverReference: 'other:1883',
    authenticationMethod: 'm',
    authenticationData: Buffer.from('d')
  }
  const connack = { type: 'connack', sessionPresent: true, reasonCode: 0, properties: all } as const
  expect(decodeOne(encode(connack, 5), client)).toEqual(connack)
})

it('CONNACK is refused with reserved flags, an unknown code, or a session beside a refusal', () => {
  expect(refusalOf(packet(0x20, 2, 0, 0), client)).toBe(0x81)
  expect(refusalOf(packet(0x20, 0, 6), oldClient)).toBe(0x82)
  expect(refusalOf(packet(0x20, 0, 1, 0), client)).toBe(0x82)
  expect(refusalOf(packet(0x20, 1, 0x87, 0), client)).toBe(0x82)
  expect(refusalOf(packet(0x20, 0, 0, 0, 0), client)).toBe(0x81)
  expect(refusalOf(packet(0x20, 0, 0, properties(0x21, 0, 0)), client)).toBe(0x82)
})

it('CONNACK from a client is a protocol error', () => {
  expect(refusalOf(packet(0x20, 0, 0, 0))).toBe(0x82)
})
