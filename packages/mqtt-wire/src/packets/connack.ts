import { firstByte } from '../packet-codes.js'
import type { ConnackPacket, ProtocolLevel } from '../packet-types.js'
import { readProperties, writeProperties } from '../properties.js'
import { packetSet } from '../property-table.js'
import type { Reader } from '../reader.js'
import { reasonCodes as reasons, v3ConnackCodes } from '../reason-codes.js'
import { malformed, protocolError } from '../violation.js'
import { Writer } from '../writer.js'

const sessionPresentFlag = 1

/** 3.2.2.2 */
const connackReasons: ReadonlySet<number> = new Set([
  reasons.success,
  reasons.unspecifiedError,
  reasons.malformedPacket,
  reasons.protocolError,
  reasons.implementationSpecificError,
  reasons.unsupportedProtocolVersion,
  reasons.clientIdentifierNotValid,
  reasons.badUsernameOrPassword,
  reasons.notAuthorized,
  reasons.serverUnavailable,
  reasons.serverBusy,
  reasons.banned,
  reasons.badAuthenticationMethod,
  reasons.topicNameInvalid,
  reasons.packetTooLarge,
  reasons.quotaExceeded,
  reasons.payloadFormatInvalid,
  reasons.retainNotSupported,
  reasons.qosNotSupported,
  reasons.useAnotherServer,
  reasons.serverMoved,
  reasons.connectionRateExceeded
])

export function decodeConnack(
  reader: Reader,
  level: ProtocolLevel,
  userPropertiesMax: number
): ConnackPacket {
  const flags = reader.byte()
  // [MQTT-3.2.2-1]
  if (flags > sessionPresentFlag) throw malformed('reserved flags of CONNACK are set')
  const reasonCode = reader.byte()
  const known = level === 5 ? connackReasons.has(reasonCode) : reasonCode <= v3ConnackCodes.notAuthorized
  // [MQTT-3.2.2-8]
  if (!known) throw protocolError('CONNACK with a reason code it cannot have')
  const sessionPresent = flags === sessionPresentFlag
  // [MQTT-3.2.2-6]
  if (sessionPresent && reasonCode !== 0) throw protocolError('CONNACK refuses, with a session')
  const properties = level === 5 ? readProperties(reader, packetSet('connack'), userPropertiesMax) : undefined
  reader.expectEnd()
  return { type: 'connack', sessionPresent, reasonCode, properties }
}

export function encodeConnack(packet: ConnackPacket, level: ProtocolLevel): Buffer {
  const writer = new Writer()
  writer.byte(packet.sessionPresent ? sessionPresentFlag : 0)
  writer.byte(packet.reasonCode)
  if (level === 5) writeProperties(writer, packet.properties, packetSet('connack'))
  return writer.packet(firstByte('connack'))
}
