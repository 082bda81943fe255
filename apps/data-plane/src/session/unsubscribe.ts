import { reasonCodes, type UnsubscribePacket } from '@parley/mqtt-wire'
import type { Connection } from './connection.js'
import { storeAll } from './store-steps.js'

/** Takes subscriptions out [MQTT-3.10.4-1]; answered when the store has it [MQTT-3.10.4-4]. */
export function handleUnsubscribe(connection: Connection, packet: UnsubscribePacket): boolean {
  const session = connection.session!
  const { broker } = connection
  // One after the other [MQTT-3.10.4-6]: a filter that stands twice in the packet is gone the second time.
  const seen = new Set<string>()
  const codes = packet.topicFilters.map((topicFilter) => {
    const existed = session.subscriptions.has(topicFilter) && !seen.has(topicFilter)
    seen.add(topicFilter)
    return existed ? 0 : reasonCodes.noSubscriptionExisted
  })
  return storeAll(
    connection,
    packet.topicFilters,
    (topicFilter, stored) => {
      broker.index.remove(session, topicFilter)
      broker.store.unsubscribe(session, topicFilter, stored)
    },
    () => {
      const { packetId } = packet
      connection.send({ type: 'unsuback', packetId, reasonCodes: codes, properties: undefined })
      for (const [at, topicFilter] of packet.topicFilters.entries()) {
        if (codes[at] === 0) broker.events.onUnsubscribed(connection, topicFilter)
      }
    }
  )
}
