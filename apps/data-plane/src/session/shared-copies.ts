import type { Delivery } from './delivery.js'
import type { Session } from './session.js'

/**
 * What an ended session leaves to the other members of its shared subscriptions, in order: QoS 1 copies that were not
 * acknowledged. QoS 2 copies go to nobody else [MQTT-4.8.2-5]; refused ones have left the session already [MQTT-4.8.2-6].
 */
export function unacknowledgedShared(session: Session): Delivery[] {
  return [...session.inflight.values(), ...session.queued()].filter(
    ({ share, qos }) => share !== undefined && qos === 1
  )
}
