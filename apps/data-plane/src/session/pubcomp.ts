import type { AckPacket } from '@parley/mqtt-wire'
import { settle, unfinished } from './acknowledgement.js'
import type { Connection } from './connection.js'

/** QoS 2 ends here [MQTT-4.3.3-7]. */
export function handlePubcomp(connection: Connection, packet: AckPacket): boolean {
  const delivery = unfinished(connection, packet.packetId, 2, 'released')
  if (delivery) settle(connection, delivery, packet.reasonCode)
  return true
}
