import type { AckPacket } from '@parley/mqtt-wire'
import type { Connection } from './connection.js'
import { storeStep } from './store-steps.js'

/** Frees the packet id of a received QoS 2 message [MQTT-4.3.3-11]. One that is free is being released again: that is no failure. */
export function handlePubrel(connection: Connection, packet: AckPacket): boolean {
  const { packetId } = packet
  return storeStep(
    connection,
    (stored) => connection.broker.store.complete(connection.session!, packetId, stored),
    () => connection.acknowledge('pubcomp', packetId)
  )
}
