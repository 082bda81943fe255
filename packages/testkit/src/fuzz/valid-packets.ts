import type {
  AckPacket,
  AuthPacket,
  ConnackPacket,
  ConnectPacket,
  DisconnectPacket,
  Packet,
  ProtocolLevel,
  PublishPacket,
  Qos,
  ReasonProperties,
  SubackPacket,
  SubscribePacket,
  Subscription,
  UnsubackPacket,
  UnsubscribePacket,
  UserProperty,
  WillPacket
} from '@parley/mqtt-wire'
import type { Random } from './random.js'

/** Parts of names: of one, two, three and four bytes a character, and what an object treats as its own. */
const words = ['a', 'b1', 'ü', '€x', '𝄞', '__proto__', 'constructor', 'toString', 'sensor', '0']
/** The size at which a length on the wire takes its second byte. */
const oneByteLengthMax = 127
const uint16Max = 0xffff
const uint32Max = 0xffff_ffff
const subscriptionIdentifierMax = 268_435_455
const allQos: readonly Qos[] = [0, 1, 2]
const wildcards = ['+', ...words]
const refusals = [0, 0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99]
const releaseRefusals = [0, 0x92]

/** Any packet that a client may send after CONNECT, as its types allow it and a decoder gives it back. */
export function clientPacket(random: Random, level: ProtocolLevel): Packet {
  switch (random.below(level === 5 ? 12 : 11)) {
    case 0:
    case 1:
    case 2:
      return publish(random, level)
    case 3:
    case 4:
    case 5:
    case 6:
      return acknowledgement(random, level)
    case 7:
      return subscribe(random, level)
    case 8:
      return unsubscribe(random, level)
    case 9:
      return { type: 'pingreq' }
    case 10:
      return disconnect(random, level)
    default:
      return authentication(random)
  }
}

/** Any packet that only a server may send. */
export function serverPacket(random: Random, level: ProtocolLevel): Packet {
  switch (random.below(4)) {
    case 0:
      return connack(random, level)
    case 1:
      return suback(random, level)
    case 2:
      return unsuback(random, level)
    default:
      return { type: 'pingresp' }
  }
}

export function connectPacket(random: Random, level: ProtocolLevel): ConnectPacket {
  const username = random.oneIn(3) ? text(random) : undefined
  const mayHavePassword = level === 5 || username !== undefined
  return {
    type: 'connect',
    protocolLevel: level,
    cleanStart: random.oneIn(2),
    keepAliveS: random.below(uint16Max + 1),
    clientId: text(random),
    username,
    password: mayHavePassword && random.oneIn(2) ? binary(random) : undefined,
    will: random.oneIn(3) ? will(random, level) : undefined,
    properties: level === 5 ? connectProperties(random) : undefined
  }
}

function connectProperties(random: Random): ConnectPacket['properties'] {
  return some(random, (maybe) => ({
    sessionExpiryInterval: maybe(() => random.uint32()),
    receiveMaximum: maybe(() => 1 + random.below(uint16Max)),
    maximumPacketSize: maybe(() => 1 + random.below(uint32Max)),
    topicAliasMaximum: maybe(() => random.below(uint16Max + 1)),
    requestResponseInformation: maybe(() => flag(random)),
    requestProblemInformation: maybe(() => flag(random)),
    userProperties: maybe(() => userProperties(random)),
    authenticationMethod: maybe(() => text(random))
  }))
}

function will(random: Random, level: ProtocolLevel): WillPacket {
  return {
    topic: topic(random),
    payload: binary(random),
    qos: random.pick(allQos),
    retain: random.oneIn(2),
    properties:
      level === 5
        ? some(random, (maybe) => ({
            ...messageProperties(random, maybe),
            willDelayInterval: maybe(() => random.uint32())
          }))
        : undefined
  }
}

function publish(random: Random, level: ProtocolLevel): PublishPacket {
  const qos = random.pick(allQos)
  return {
    type: 'publish',
    topic: topic(random),
    payload: random.bytes(random.below(random.oneIn(4) ? 4 * oneByteLengthMax : 40)),
    qos,
    retain: random.oneIn(4),
    dup: qos > 0 && random.oneIn(4),
    packetId: qos === 0 ? 0 : packetId(random),
    properties:
      level === 5
        ? some(random, (maybe) => ({
            ...messageProperties(random, maybe),
            topicAlias: maybe(() => 1 + random.below(random.oneIn(2) ? 16 : uint16Max))
          }))
        : undefined
  }
}

function messageProperties(random: Random, maybe: Maybe) {
  return {
    payloadFormatIndicator: maybe(() => flag(random)),
    messageExpiryInterval: maybe(() => random.uint32()),
    responseTopic: maybe(() => topic(random)),
    correlationData: maybe(() => binary(random)),
    userProperties: maybe(() => userProperties(random)),
    contentType: maybe(() => text(random))
  }
}

function acknowledgement(random: Random, level: ProtocolLevel): AckPacket {
  const type = random.pick(['puback', 'pubrec', 'pubrel', 'pubcomp'] as const)
  const codes = type === 'puback' || type === 'pubrec' ? refusals : releaseRefusals
  return {
    type,
    packetId: packetId(random),
    reasonCode: level === 5 && random.oneIn(2) ? random.pick(codes) : 0,
    properties: reason(random, level)
  }
}

function subscribe(random: Random, level: ProtocolLevel): SubscribePacket {
  return {
    type: 'subscribe',
    packetId: packetId(random),
    subscriptions: listOf(random, () => subscription(random, level)),
    subscriptionIdentifier:
      level === 5 && random.oneIn(3) ? 1 + random.below(subscriptionIdentifierMax) : undefined,
    userProperties: level === 5 && random.oneIn(4) ? userProperties(random) : undefined
  }
}

function subscription(random: Random, level: ProtocolLevel): Subscription {
  const v5 = level === 5
  const topicFilter = filter(random)
  return {
    topicFilter,
    qos: random.pick(allQos),
    // [MQTT-3.8.3-4]: not for shared subscriptions.
    noLocal: v5 && !topicFilter.startsWith('$share/') && random.oneIn(3),
    retainAsPublished: v5 && random.oneIn(3),
    retainHandling: v5 ? random.pick([0, 1, 2] as const) : 0
  }
}

function unsubscribe(random: Random, level: ProtocolLevel): UnsubscribePacket {
  return {
    type: 'unsubscribe',
    packetId: packetId(random),
    topicFilters: listOf(random, () => filter(random)),
    userProperties: level === 5 && random.oneIn(4) ? userProperties(random) : undefined
  }
}

function disconnect(random: Random, level: ProtocolLevel): DisconnectPacket {
  if (level < 5) return { type: 'disconnect', reasonCode: 0 }
  return {
    type: 'disconnect',
    reasonCode: random.pick([0, 0x04, 0x80, 0x81, 0x93]),
    properties: some(random, (maybe) => ({
      ...reasonFields(random, maybe),
      sessionExpiryInterval: maybe(() => random.uint32())
    }))
  }
}

function authentication(random: Random): AuthPacket {
  return {
    type: 'auth',
    reasonCode: random.pick([0x18, 0x19]),
    properties: {
      ...some(random, (maybe) => ({
        ...reasonFields(random, maybe),
        authenticationData: maybe(() => binary(random))
      })),
      authenticationMethod: text(random)
    }
  }
}

function connack(random: Random, level: ProtocolLevel): ConnackPacket {
  const reasonCode = random.pick(level === 5 ? [0, 0, 0x84, 0x87] : [0, 0, 1, 5])
  return {
    type: 'connack',
    sessionPresent: reasonCode === 0 && random.oneIn(2),
    reasonCode,
    properties: level === 5 ? connackProperties(random) : undefined
  }
}

function connackProperties(random: Random): ConnackPacket['properties'] {
  return some(random, (maybe) => ({
    ...reasonFields(random, maybe),
    sessionExpiryInterval: maybe(() => random.uint32()),
    receiveMaximum: maybe(() => 1 + random.below(uint16Max)),
    maximumQos: maybe(() => flag(random)),
    retainAvailable: maybe(() => flag(random)),
    maximumPacketSize: maybe(() => 1 + random.below(uint32Max)),
    assignedClientIdentifier: maybe(() => text(random)),
    topicAliasMaximum: maybe(() => random.below(uint16Max + 1)),
    wildcardSubscriptionAvailable: maybe(() => flag(random)),
    subscriptionIdentifiersAvailable: maybe(() => flag(random)),
    sharedSubscriptionAvailable: maybe(() => flag(random)),
    serverKeepAlive: maybe(() => random.below(uint16Max + 1)),
    responseInformation: maybe(() => text(random)),
    serverReference: maybe(() => text(random))
  }))
}

function suback(random: Random, level: ProtocolLevel): SubackPacket {
  const codes = level === 5 ? [0, 1, 2, 0x87, 0x97] : [0, 1, 2]
  return {
    type: 'suback',
    packetId: packetId(random),
    reasonCodes: listOf(random, () => random.pick(codes)),
    properties: reason(random, level)
  }
}

function unsuback(random: Random, level: ProtocolLevel): UnsubackPacket {
  return {
    type: 'unsuback',
    packetId: packetId(random),
    reasonCodes: level === 5 ? listOf(random, () => random.pick([0, 0x11, 0x87])) : [],
    properties: reason(random, level)
  }
}

function reason(random: Random, level: ProtocolLevel): ReasonProperties | undefined {
  return level === 5 ? some(random, (maybe) => reasonFields(random, maybe)) : undefined
}

function reasonFields(random: Random, maybe: Maybe) {
  return { reasonString: maybe(() => text(random)), userProperties: maybe(() => userProperties(random)) }
}

type Maybe = <T>(make: () => T) => T | undefined

/** Properties each of which may be missing; none at all as often as some: an empty list is read as undefined. */
function some<T extends object>(random: Random, fields: (maybe: Maybe) => T): T | undefined {
  if (random.oneIn(2)) return undefined
  let given = 0
  const made = fields((make) => {
    if (!random.oneIn(3)) return undefined
    given++
    return make()
  })
  return given > 0 ? made : undefined
}

function userProperties(random: Random): UserProperty[] {
  return listOf(random, () => ({ key: text(random), value: text(random) }))
}

function listOf<T>(random: Random, make: () => T): T[] {
  const list: T[] = []
  for (let count = 1 + random.below(3); count > 0; count--) list.push(make())
  return list
}

function topic(random: Random): string {
  let topic = `t${random.pick(words)}`
  for (let count = random.below(4); count > 0; count--) topic += `/${random.pick(words)}`
  return topic
}

function filter(random: Random): string {
  let filter = random.oneIn(6) ? '$share/g/x' : 't'
  for (let count = random.below(4); count > 0; count--) filter += `/${random.pick(wildcards)}`
  return random.oneIn(4) ? `${filter}/#` : filter
}

function text(random: Random): string {
  let text = ''
  for (let count = random.below(4); count > 0; count--) text += random.pick(words)
  return text
}

function binary(random: Random): Buffer {
  return random.bytes(random.below(random.oneIn(8) ? 2 * oneByteLengthMax : 12))
}

function packetId(random: Random): number {
  return 1 + random.below(random.oneIn(2) ? 8 : uint16Max)
}

function flag(random: Random): 0 | 1 {
  return random.oneIn(2) ? 0 : 1
}
