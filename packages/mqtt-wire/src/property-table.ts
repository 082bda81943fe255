import { packetCodes } from './packet-codes.js'

/** A set of packet types, one bit each; bit 0, a type that is reserved, stands for the will. */
export type PacketSet = number
export const willSet: PacketSet = 1

export function packetSet(...types: (keyof typeof packetCodes)[]): PacketSet {
  return types.reduce((set, type) => set | (1 << packetCodes[type]), 0)
}

export const propertyIds = {
  payloadFormatIndicator: 0x01,
  messageExpiryInterval: 0x02,
  contentType: 0x03,
  responseTopic: 0x08,
  correlationData: 0x09,
  subscriptionIdentifier: 0x0b,
  sessionExpiryInterval: 0x11,
  assignedClientIdentifier: 0x12,
  serverKeepAlive: 0x13,
  authenticationMethod: 0x15,
  authenticationData: 0x16,
  requestProblemInformation: 0x17,
  willDelayInterval: 0x18,
  requestResponseInformation: 0x19,
  responseInformation: 0x1a,
  serverReference: 0x1c,
  reasonString: 0x1f,
  receiveMaximum: 0x21,
  topicAliasMaximum: 0x22,
  topicAlias: 0x23,
  maximumQos: 0x24,
  retainAvailable: 0x25,
  userProperty: 0x26,
  maximumPacketSize: 0x27,
  wildcardSubscriptionAvailable: 0x28,
  subscriptionIdentifiersAvailable: 0x29,
  sharedSubscriptionAvailable: 0x2a
} as const

export type PropertyName = keyof typeof propertyIds
export type Kind = 'flag' | 'uint16' | 'positive16' | 'uint32' | 'positive32' | 'string' | 'topic' | 'binary'
type OtherKind = 'varint' | 'pair'

export interface Definition {
  id: number
  name: PropertyName
  kind: Kind | OtherKind
  packets: PacketSet
}

const withReason = packetSet(
  ...([
    'connack',
    'puback',
    'pubrec',
    'pubrel',
    'pubcomp',
    'suback',
    'unsuback',
    'disconnect',
    'auth'
  ] as const)
)
const message = packetSet('publish') | willSet
const connack = packetSet('connack')
const connect = packetSet('connect')
export const subscriptionSet = packetSet('subscribe', 'unsubscribe')

/** Table 2-4 of the specification. */
export const definitions: Definition[] = [
  define('payloadFormatIndicator', 'flag', message),
  define('messageExpiryInterval', 'uint32', message),
  define('contentType', 'string', message),
  define('responseTopic', 'topic', message),
  define('correlationData', 'binary', message),
  define('subscriptionIdentifier', 'varint', packetSet('publish', 'subscribe')),
  define('sessionExpiryInterval', 'uint32', packetSet('connect', 'connack', 'disconnect')),
  define('assignedClientIdentifier', 'string', connack),
  define('serverKeepAlive', 'uint16', connack),
  define('authenticationMethod', 'string', packetSet('connect', 'connack', 'auth')),
  define('authenticationData', 'binary', packetSet('connect', 'connack', 'auth')),
  define('requestProblemInformation', 'flag', connect),
  define('willDelayInterval', 'uint32', willSet),
  define('requestResponseInformation', 'flag', connect),
  define('responseInformation', 'string', connack),
  define('serverReference', 'string', packetSet('connack', 'disconnect')),
  define('reasonString', 'string', withReason),
  define('receiveMaximum', 'positive16', packetSet('connect', 'connack')),
  define('topicAliasMaximum', 'uint16', packetSet('connect', 'connack')),
  define('topicAlias', 'positive16', packetSet('publish')),
  define('maximumQos', 'flag', connack),
  define('retainAvailable', 'flag', connack),
  define('userProperty', 'pair', withReason | message | packetSet('connect', 'subscribe', 'unsubscribe')),
  define('maximumPacketSize', 'positive32', packetSet('connect', 'connack')),
  define('wildcardSubscriptionAvailable', 'flag', connack),
  define('subscriptionIdentifiersAvailable', 'flag', connack),
  define('sharedSubscriptionAvailable', 'flag', connack)
]

function define(name: PropertyName, kind: Kind | OtherKind, packets: PacketSet): Definition {
  return { id: propertyIds[name], name, kind, packets }
}

export const definitionById: (Definition | undefined)[] = []
for (const definition of definitions) definitionById[definition.id] = definition
