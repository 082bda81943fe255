import { firstByte } from '../packet-codes.js'
import type { ProtocolLevel, UnsubscribePacket } from '../packet-types.js'
import { writeProperties } from '../properties.js'
import { packetSet } from '../property-table.js'
import type { Reader } from '../reader.js'
import { isValidTopicFilter } from '../topics.js'
import { malformed } from '../violation.js'
import { Writer } from '../writer.js'
import { readSubscriptionHead } from './subscription-head.js'

export function decodeUnsubscribe(
  reader: Reader,
  level: ProtocolLevel,
  userPropertiesMax: number
): UnsubscribePacket {
  const { packetId, properties } = readSubscriptionHead(reader, 'unsubscribe', level, userPropertiesMax)
  // [MQTT-3.10.3-2]
  if (reader.remaining === 0) throw malformed('UNSUBSCRIBE without a topic filter')
  const topicFilters: string[] = []
  while (reader.remaining > 0) {
    const topicFilter = reader.string()
    if (!isValidTopicFilter(topicFilter)) throw malformed('UNSUBSCRIBE from an invalid topic filter')
    topicFilters.push(topicFilter)
  }
  return { type: 'unsubscribe', packetId, topicFilters, userProperties: properties?.userProperties }
}

export function encodeUnsubscribe(packet: UnsubscribePacket, level: ProtocolLevel): Buffer {
  const writer = new Writer()
  writer.uint16(packet.packetId)
  if (level === 5) writeProperties(writer, packet, packetSet('unsubscribe'))
  for (const topicFilter of packet.topicFilters) writer.string(topicFilter)
  return writer.packet(firstByte('unsubscribe'))
}
