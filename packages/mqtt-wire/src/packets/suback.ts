import { firstByte } from '../packet-codes.js'
import type { ProtocolLevel, SubackPacket } from '../packet-types.js'
import { readProperties, writeProperties } from '../properties.js'
import { packetSet } from '../property-table.js'
import type { Reader } from '../reader.js'
import { reasonCodes as reasons, v3SubackFailure } from '../reason-codes.js'
import { malformed, protocolError } from '../violation.js'
import { Writer } from '../writer.js'

/** 3.9.3 */
const subackReasons: ReadonlySet<number> = new Set([
  reasons.grantedQos0,
  reasons.grantedQos1,
  reasons.grantedQos2,
  reasons.unspecifiedError,
  reasons.implementationSpecificError,
  reasons.notAuthorized,
  reasons.topicFilterInvalid,
  reasons.packetIdentifierInUse,
  reasons.quotaExceeded,
  reasons.sharedSubscriptionsNotSupported,
  reasons.subscriptionIdentifiersNotSupported,
  reasons.wildcardSubscriptionsNotSupported
])

export function decodeSuback(reader: Reader, level: ProtocolLevel, userPropertiesMax: number): SubackPacket {
  const packetId = reader.uint16()
  if (packetId === 0) throw protocolError('SUBACK with packet id 0')
  const properties = level === 5 ? readProperties(reader, packetSet('suback'), userPropertiesMax) : undefined
  if (reader.remaining === 0) throw malformed('SUBACK without a reason code')
  const reasonCodes = [...reader.rest()]
  for (const code of reasonCodes) {
    const known =
      level === 5 ? subackReasons.has(code) : code <= reasons.grantedQos2 || code === v3SubackFailure
    // [MQTT-3.9.3-2]
    if (!known) throw protocolError('SUBACK with a reason code it cannot have')
  }
  return { type: 'suback', packetId, reasonCodes, properties }
}

/** Below 5.0 every failure is 0x80 (3.1.1, 3.9.3). */
export function encodeSuback(packet: SubackPacket, level: ProtocolLevel): Buffer {
  const writer = new Writer()
  writer.uint16(packet.packetId)
  if (level === 5) writeProperties(writer, packet.properties, packetSet('suback'))
  for (const code of packet.reasonCodes) {
    writer.byte(level === 5 || code < v3SubackFailure ? code : v3SubackFailure)
  }
  return writer.packet(firstByte('suback'))
}
