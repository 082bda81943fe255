import { firstByte } from '../packet-codes.js'
import type { DisconnectPacket, ProtocolLevel, Role } from '../packet-types.js'
import { readProperties, writeProperties } from '../properties.js'
import { packetSet } from '../property-table.js'
import type { Reader } from '../reader.js'
import { reasonCodes as reasons } from '../reason-codes.js'
import { protocolError } from '../violation.js'
import { Writer } from '../writer.js'

/** 3.14.2.1, sent by: Client or Server */
const reasonsOfBoth = [
  reasons.normalDisconnection,
  reasons.unspecifiedError,
  reasons.malformedPacket,
  reasons.protocolError,
  reasons.implementationSpecificError,
  reasons.topicNameInvalid,
  reasons.receiveMaximumExceeded,
  reasons.topicAliasInvalid,
  reasons.packetTooLarge,
  reasons.messageRateTooHigh,
  reasons.quotaExceeded,
  reasons.administrativeAction,
  reasons.payloadFormatInvalid
]

const clientReasons: ReadonlySet<number> = new Set([...reasonsOfBoth, reasons.disconnectWithWill])

const serverReasons: ReadonlySet<number> = new Set([
  ...reasonsOfBoth,
  reasons.notAuthorized,
  reasons.serverBusy,
  reasons.serverShuttingDown,
  reasons.badAuthenticationMethod,
  reasons.keepAliveTimeout,
  reasons.sessionTakenOver,
  reasons.topicFilterInvalid,
  reasons.retainNotSupported,
  reasons.qosNotSupported,
  reasons.useAnotherServer,
  reasons.serverMoved,
  reasons.sharedSubscriptionsNotSupported,
  reasons.connectionRateExceeded,
  reasons.maximumConnectTime,
  reasons.subscriptionIdentifiersNotSupported,
  reasons.wildcardSubscriptionsNotSupported
])

export function decodeDisconnect(
  reader: Reader,
  level: ProtocolLevel,
  role: Role,
  userPropertiesMax: number
): DisconnectPacket {
  let reasonCode: number = reasons.normalDisconnection
  let properties: DisconnectPacket['properties']
  if (level === 5 && reader.remaining > 0) {
    reasonCode = reader.byte()
    const known = role === 'server' ? clientReasons : serverReasons
    // [MQTT-3.14.2-1]
    if (!known.has(reasonCode)) throw protocolError('DISCONNECT with a reason code it cannot have')
    if (reader.remaining > 0) properties = readProperties(reader, packetSet('disconnect'), userPropertiesMax)
    // [MQTT-3.14.2-2]
    if (role === 'client' && properties?.sessionExpiryInterval !== undefined) {
      throw protocolError('a server sent a session expiry interval in a DISCONNECT')
    }
  }
  reader.expectEnd()
  return { type: 'disconnect', reasonCode, properties }
}

/** Below 5.0 the packet says nothing. */
export function encodeDisconnect(packet: DisconnectPacket, level: ProtocolLevel): Buffer {
  const writer = new Writer()
  const { reasonCode, properties } = packet
  if (level === 5 && (reasonCode !== reasons.normalDisconnection || properties !== undefined)) {
    writer.byte(reasonCode)
    if (properties !== undefined) writeProperties(writer, properties, packetSet('disconnect'))
  }
  return writer.packet(firstByte('disconnect'))
}
