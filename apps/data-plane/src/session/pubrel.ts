import { type AckPacket, reasonCodes } from '@parley/mqtt-wire'
import type { Connection } from './connection.js'
import { storeStep } from './store-steps.js'

/** Frees the packet id of a received QoS 2 message [MQTT-4.3.3-11]. */
export function handlePubrel(connection: Connection, packet: AckPacket): boolean {
  const { packetId } = packet
  const known = connection.session!.received.has(packetId)
  return storeStep(
    connection,
    (stored) => connection.broker.store.complete(connection.session!, packetId, stored),
    () => connection.acknowledge('pubcomp', packetId, known ? 0 : reasonCodes.packetIdentifierNotFound)
  )
}
