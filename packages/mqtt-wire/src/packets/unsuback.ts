import { firstByte } from '../packet-codes.js'
import type { ProtocolLevel, UnsubackPacket } from '../packet-types.js'
import { readProperties, writeProperties } from '../properties.js'
import { packetSet } from '../property-table.js'
import type { Reader } from '../reader.js'
import { reasonCodes as reasons } from '../reason-codes.js'
import { malformed, protocolError } from '../violation.js'
import { Writer } from '../writer.js'

/** 3.11.3 */
const unsubackReasons: ReadonlySet<number> = new Set([
  reasons.success,
  reasons.noSubscriptionExisted,
  reasons.unspecifiedError,
  reasons.implementationSpecificError,
  reasons.notAuthorized,
  reasons.topicFilterInvalid,
  reasons.packetIdentifierInUse
])

export function decodeUnsuback(
  reader: Reader,
  level: ProtocolLevel,
  userPropertiesMax: number
): UnsubackPacket {
  const packetId = reader.uint16()
  if (packetId === 0) throw protocolError('UNSUBACK with packet id 0')
  if (level < 5) {
    reader.expectEnd()
    return { type: 'unsuback', packetId, reasonCodes: [], properties: undefined }
  }
  const properties = readProperties(reader, packetSet('unsuback'), userPropertiesMax)
  if (reader.remaining === 0) throw malformed('UNSUBACK without a reason code')
  const reasonCodes = [...reader.rest()]
  for (const code of reasonCodes) {
    // [MQTT-3.11.3-2]
    if (!unsubackReasons.has(code)) throw protocolError('UNSUBACK with a reason code it cannot have')
  }
  return { type: 'unsuback', packetId, reasonCodes, properties }
}

export function encodeUnsuback(packet: UnsubackPacket, level: ProtocolLevel): Buffer {
  const writer = new Writer()
  writer.uint16(packet.packetId)
  if (level === 5) {
    writeProperties(writer, packet.properties, packetSet('unsuback'))
    for (const code of packet.reasonCodes) writer.byte(code)
  }
  return writer.packet(firstByte('unsuback'))
}
