import { reasonCodes, type UnsubscribePacket } from '@parley/mqtt-wire'
import type { Connection } from './connection.js'

/** Takes subscriptions out [MQTT-3.10.4-1]; answered when the store has it [MQTT-3.10.4-4]. */
export function handleUnsubscribe(connection: Connection, packet: UnsubscribePacket): boolean {
  const session = connection.session!
  const { broker } = connection
  const codes: number[] = []
  let open = packet.topicFilters.length
  let waiting = false
  const onStored = (): void => {
    if (--open > 0) return
    if (!connection.closed) {
      connection.send({
        type: 'unsuback',
        packetId: packet.packetId,
        reasonCodes: codes,
        properties: undefined
      })
    }
    if (waiting) connection.proceed()
  }
  for (const topicFilter of packet.topicFilters) {
    codes.push(session.subscriptions.has(topicFilter) ? 0 : reasonCodes.noSubscriptionExisted)
    broker.index.remove(session, topicFilter)
    broker.store.unsubscribe(session, topicFilter, onStored)
  }
  waiting = open > 0
  return !waiting
}
