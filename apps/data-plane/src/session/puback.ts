import type { AckPacket } from '@parley/mqtt-wire'
import { settle, unfinished } from './acknowledgement.js'
import type { Connection } from './connection.js'

/** QoS 1 ends here [MQTT-4.3.2-3]. */
export function handlePuback(connection: Connection, packet: AckPacket): boolean {
  const delivery = unfinished(connection, packet.packetId, 1, 'published')
  if (delivery) settle(connection, delivery, packet.reasonCode)
  return true
}
