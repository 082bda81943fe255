import { type AckPacket, reasonCodes } from '@parley/mqtt-wire'
import { settle, unfinished } from './acknowledgement.js'
import type { Connection } from './connection.js'
import { storeStep } from './store-steps.js'

/** The client holds the QoS 2 message: from here only PUBREL is sent [MQTT-4.3.3-3, -4]. */
export function handlePubrec(connection: Connection, packet: AckPacket): boolean {
  const session = connection.session!
  const known = session.inflight.get(packet.packetId)
  // A second PUBREC of the same message: the PUBREL may have been lost.
  const again = known?.phase === 'released' && !session.resend.includes(known)
  const delivery = again ? undefined : unfinished(connection, packet.packetId, 2, 'published')
  if (!delivery) {
    // [MQTT-4.3.3-4]: what the client says it holds it may release, also when nothing is known of it here.
    if (packet.reasonCode < reasonCodes.unspecifiedError) connection.acknowledge('pubrel', packet.packetId)
  } else if (packet.reasonCode >= reasonCodes.unspecifiedError) {
    // [MQTT-4.3.3-4]: the exchange is over without PUBREL, the packet id is free.
    settle(connection, delivery, packet.reasonCode)
  } else {
    // PUBREL after the store: a client that was told to release must not be sent the message again.
    return storeStep(
      connection,
      (stored) => connection.broker.store.release(session, delivery, stored),
      () => connection.acknowledge('pubrel', packet.packetId)
    )
  }
  return true
}
