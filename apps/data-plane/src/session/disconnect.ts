import { type DisconnectPacket, ProtocolViolation, reasonCodes } from '@parley/mqtt-wire'
import type { Connection } from './connection.js'

/** The client ends the connection: a normal end drops the will, any other reason keeps it [MQTT-3.14.4-3]. */
export function handleDisconnect(connection: Connection, packet: DisconnectPacket): boolean {
  const session = connection.session
  const expiryS = packet.properties?.sessionExpiryInterval
  if (session && expiryS !== undefined) {
    if (connection.askedExpiryS === 0 && expiryS > 0) {
      // [MQTT-3.14.2-2]
      throw new ProtocolViolation(reasonCodes.protocolError, 'session expiry was 0 at CONNECT')
    }
    session.expiryS = Math.min(expiryS, connection.broker.instance.settings.limits.sessionExpiryMaxS)
  }
  const normal = packet.reasonCode === reasonCodes.normalDisconnection
  if (normal) connection.will = null
  connection.endReason = normal ? 'normal' : 'with_will'
  connection.hangUp()
  return false
}
