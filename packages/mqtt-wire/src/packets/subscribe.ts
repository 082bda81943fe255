import { firstByte } from '../packet-codes.js'
import type { ProtocolLevel, Qos, SubscribePacket, Subscription } from '../packet-types.js'
import { writeProperties } from '../properties.js'
import { packetSet } from '../property-table.js'
import type { Reader } from '../reader.js'
import { isValidTopicFilter } from '../topics.js'
import { malformed, protocolError } from '../violation.js'
import { Writer } from '../writer.js'
import { readSubscriptionHead } from './subscription-head.js'

const qosMask = 0b0000_0011
const noLocalFlag = 0b0000_0100
const retainAsPublishedFlag = 0b0000_1000
const retainHandlingShift = 4
const retainHandlingMask = 0b11
const reservedBits = 0b1100_0000

export function decodeSubscribe(
  reader: Reader,
  level: ProtocolLevel,
  userPropertiesMax: number
): SubscribePacket {
  const { packetId, properties } = readSubscriptionHead(reader, 'subscribe', level, userPropertiesMax)
  // [MQTT-3.8.3-2]
  if (reader.remaining === 0) throw malformed('SUBSCRIBE without a topic filter')
  const subscriptions: Subscription[] = []
  while (reader.remaining > 0) subscriptions.push(readSubscription(reader, level))
  return {
    type: 'subscribe',
    packetId,
    subscriptions,
    subscriptionIdentifier: properties?.subscriptionIdentifier,
    userProperties: properties?.userProperties
  }
}

function readSubscription(reader: Reader, level: ProtocolLevel): Subscription {
  const topicFilter = reader.string()
  if (!isValidTopicFilter(topicFilter)) throw malformed('SUBSCRIBE to an invalid topic filter')
  const options = reader.byte()
  const qos = options & qosMask
  if (qos === 3) throw malformed('SUBSCRIBE with QoS 3')
  // [MQTT-3.8.3-5]; before 5.0 all bits but the QoS are reserved
  if ((options & (level === 5 ? reservedBits : ~qosMask)) !== 0) {
    throw malformed('reserved bits of the subscription options are set')
  }
  const retainHandling = (options >> retainHandlingShift) & retainHandlingMask
  if (retainHandling === 3) throw malformed('SUBSCRIBE with retain handling 3')
  const noLocal = (options & noLocalFlag) !== 0
  // [MQTT-3.8.3-4]
  if (noLocal && topicFilter.startsWith('$share/')) throw protocolError('No Local on a shared subscription')
  return {
    topicFilter,
    qos: qos as Qos,
    noLocal,
    retainAsPublished: (options & retainAsPublishedFlag) !== 0,
    retainHandling: retainHandling as 0 | 1 | 2
  }
}

export function encodeSubscribe(packet: SubscribePacket, level: ProtocolLevel): Buffer {
  const writer = new Writer()
  writer.uint16(packet.packetId)
  if (level === 5) writeProperties(writer, packet, packetSet('subscribe'))
  for (const subscription of packet.subscriptions) {
    writer.string(subscription.topicFilter)
    writer.byte(level === 5 ? subscriptionOptions(subscription) : subscription.qos)
  }
  return writer.packet(firstByte('subscribe'))
}

function subscriptionOptions({ qos, noLocal, retainAsPublished, retainHandling }: Subscription): number {
  const flags = (noLocal ? noLocalFlag : 0) | (retainAsPublished ? retainAsPublishedFlag : 0)
  return qos | flags | (retainHandling << retainHandlingShift)
}
