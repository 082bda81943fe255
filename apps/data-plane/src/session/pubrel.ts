import { type AckPacket, reasonCodes } from '@parley/mqtt-wire'
import type { Connection } from './connection.js'

/** Frees the packet id of a received QoS 2 message [MQTT-4.3.3-11]. */
export function handlePubrel(connection: Connection, packet: AckPacket): boolean {
  const known = connection.broker.store.complete(connection.session!, packet.packetId)
  connection.acknowledge('pubcomp', packet.packetId, known ? 0 : reasonCodes.packetIdentifierNotFound)
  return true
}
