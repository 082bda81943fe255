import { firstByte } from '../packet-codes.js'
import type { AuthPacket, Role } from '../packet-types.js'
import { readProperties, writeProperties } from '../properties.js'
import { packetSet } from '../property-table.js'
import type { Reader } from '../reader.js'
import { reasonCodes as reasons } from '../reason-codes.js'
import { protocolError } from '../violation.js'
import { Writer } from '../writer.js'

/** 3.15.2.1: success comes from a server only, a re-authentication from a client only. */
const clientReasons: ReadonlySet<number> = new Set([reasons.continueAuthentication, reasons.reauthenticate])
const serverReasons: ReadonlySet<number> = new Set([reasons.success, reasons.continueAuthentication])

export function decodeAuth(reader: Reader, role: Role, userPropertiesMax: number): AuthPacket {
  const reasonCode = reader.remaining > 0 ? reader.byte() : reasons.success
  const known = role === 'server' ? clientReasons : serverReasons
  // [MQTT-3.15.2-1]
  if (!known.has(reasonCode)) throw protocolError('AUTH with a reason code it cannot have')
  const properties =
    reader.remaining > 0 ? readProperties(reader, packetSet('auth'), userPropertiesMax) : undefined
  reader.expectEnd()
  // 3.15.2.2.2: it is a protocol error to omit the method; only a bare success has none
  if (reasonCode !== reasons.success && properties?.authenticationMethod === undefined) {
    throw protocolError('AUTH without an authentication method')
  }
  return { type: 'auth', reasonCode, properties }
}

/** 5.0 only. */
export function encodeAuth(packet: AuthPacket): Buffer {
  const writer = new Writer()
  if (packet.reasonCode !== reasons.success || packet.properties !== undefined) {
    writer.byte(packet.reasonCode)
    writeProperties(writer, packet.properties, packetSet('auth'))
  }
  return writer.packet(firstByte('auth'))
}
