import { firstByte, packetCodes } from '../packet-codes.js'
import type { AckPacket, AckType, ProtocolLevel } from '../packet-types.js'
import { readProperties, writeProperties } from '../properties.js'
import { packetSet } from '../property-table.js'
import type { Reader } from '../reader.js'
import { reasonCodes as reasons } from '../reason-codes.js'
import { protocolError } from '../violation.js'
import { Writer } from '../writer.js'

/** Length of PUBACK, PUBREC, PUBREL and PUBCOMP with reason 0 and no properties: the same in all versions. */
export const shortAckLength = 4
const shortAckBody = 2

const receiptReasons: ReadonlySet<number> = new Set([
  reasons.success,
  reasons.noMatchingSubscribers,
  reasons.unspecifiedError,
  reasons.implementationSpecificError,
  reasons.notAuthorized,
  reasons.topicNameInvalid,
  reasons.packetIdentifierInUse,
  reasons.quotaExceeded,
  reasons.payloadFormatInvalid
])
const releaseReasons: ReadonlySet<number> = new Set([reasons.success, reasons.packetIdentifierNotFound])

/** PUBACK, PUBREC (reasons: 3.4.2.1, 3.5.2.1), PUBREL, PUBCOMP (3.6.2.1, 3.7.2.1). */
export function decodeAck(
  reader: Reader,
  type: AckType,
  level: ProtocolLevel,
  userPropertiesMax: number
): AckPacket {
  const packetId = reader.uint16()
  // [MQTT-2.2.1-2]
  if (packetId === 0) throw protocolError(`${type} with packet id 0`)
  let reasonCode = 0
  let properties: AckPacket['properties']
  if (level === 5 && reader.remaining > 0) {
    reasonCode = reader.byte()
    const allowed = type === 'puback' || type === 'pubrec' ? receiptReasons : releaseReasons
    // [MQTT-3.4.2-1], [MQTT-3.5.2-1], [MQTT-3.6.2-1], [MQTT-3.7.2-1]
    if (!allowed.has(reasonCode)) throw protocolError(`${type} with a reason code it cannot have`)
    if (reader.remaining > 0) properties = readProperties(reader, packetSet(type), userPropertiesMax)
  }
  reader.expectEnd()
  return { type, packetId, reasonCode, properties }
}

/** Writes an acknowledgement with reason 0 and no properties into target; returns the offset behind it. */
export function writeShortAck(target: Buffer, offset: number, type: AckType, packetId: number): number {
  target[offset] = firstByte(type)
  target[offset + 1] = shortAckBody
  target[offset + 2] = packetId >> 8
  target[offset + 3] = packetId & 0xff
  return offset + shortAckLength
}

export function encodeAck(packet: AckPacket, level: ProtocolLevel): Buffer {
  const writer = new Writer()
  writer.uint16(packet.packetId)
  if (level === 5 && (packet.reasonCode !== 0 || packet.properties !== undefined)) {
    writer.byte(packet.reasonCode)
    if (packet.properties !== undefined) writeProperties(writer, packet.properties, packetSet(packet.type))
  }
  return writer.packet(firstByte(packet.type))
}

/** PUBACK to PUBCOMP stand in a row. */
export const ackTypeByCode: (AckType | undefined)[] = []
for (const type of ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const) ackTypeByCode[packetCodes[type]] = type
