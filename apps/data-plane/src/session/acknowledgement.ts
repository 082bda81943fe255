import { reasonCodes } from '@parley/mqtt-wire'
import type { Connection } from './connection.js'
import { deliver } from './deliver.js'
import type { Delivery, DeliveryPhase } from './delivery.js'

/**
 * The delivery that an acknowledgement speaks of: sent over this connection, at this QoS, in this phase. Anything else is an
 * unsolicited acknowledgement: counted, otherwise without effect, and above all without a reply.
 */
export function unfinished(
  connection: Connection,
  packetId: number,
  qos: 1 | 2,
  phase: DeliveryPhase
): Delivery | undefined {
  const session = connection.session!
  const delivery = session.inflight.get(packetId)
  const fits = delivery !== undefined && delivery.qos === qos && delivery.phase === phase
  if (!fits || (session.resend.length > 0 && session.resend.includes(delivery))) {
    connection.broker.counters.drop('unsolicited_acknowledgement')
    return undefined
  }
  return delivery
}

/** Ends a delivery: a success is what an auto-reply is made of. Its place in the window goes to the next. */
export function settle(connection: Connection, delivery: Delivery, reasonCode: number): void {
  const { broker } = connection
  const session = connection.session!
  broker.store.finish(session, delivery)
  connection.unacknowledged--
  if (reasonCode < reasonCodes.unspecifiedError) {
    broker.autoReply.onAcknowledged(connection, delivery)
  } else {
    broker.counters.drop('refused_by_responder')
    broker.store.clear(session, delivery)
  }
  deliver(connection)
}
