import { parseSharedFilter, reasonCodes, type SubscribePacket, topicLevels } from '@parley/mqtt-wire'
import type { Subscription } from '../broker/subscription-index.js'
import type { Connection } from './connection.js'
import { deliver, deliverQos0 } from './deliver.js'
import { effectiveQos, newDelivery } from './delivery.js'

/** The internal topics of the service: no client subscribes there. */
const reservedFilterPrefix = '$parley/'
const v3Failure = 0x80

interface Granted {
  subscription: Subscription
  /** What is sent of retained messages: 0 all, 1 only for a new subscription, 2 none [MQTT-3.3.1-9..11]. */
  retainHandling: 0 | 1 | 2
  existed: boolean
}

/** Each filter gets its own code [MQTT-3.8.4-6]; SUBACK follows the store, retained messages and waiting replies follow it. */
export function handleSubscribe(connection: Connection, packet: SubscribePacket): boolean {
  const session = connection.session!
  const { broker } = connection
  const codes: number[] = []
  const granted: Granted[] = []
  for (const request of packet.subscriptions) {
    const refusal = refusalOf(connection, request.topicFilter)
    codes.push(refusal === 0 ? request.qos : connection.protocolLevel === 5 ? refusal : v3Failure)
    if (refusal !== 0) continue
    granted.push({
      subscription: {
        topicFilter: request.topicFilter,
        qos: request.qos,
        noLocal: request.noLocal,
        retainAsPublished: request.retainAsPublished,
        identifier: packet.subscriptionIdentifier
      },
      retainHandling: request.retainHandling,
      existed: session.subscriptions.has(request.topicFilter)
    })
  }
  let open = granted.length
  let waiting = false
  const onStored = (): void => {
    if (--open > 0) return
    if (!connection.closed) {
      connection.send({
        type: 'suback',
        packetId: packet.packetId,
        reasonCodes: codes,
        properties: undefined
      })
      for (const grant of granted) sendRetained(connection, grant)
      deliver(connection)
      for (const grant of granted) broker.autoReply.onSubscribed(grant.subscription.topicFilter)
    }
    if (waiting) connection.proceed()
  }
  if (granted.length === 0) {
    open = 1
    onStored()
    return true
  }
  for (const { subscription } of granted) {
    broker.index.add(session, subscription)
    broker.store.subscribe(session, subscription, onStored)
  }
  waiting = open > 0
  return !waiting
}

/** 0 when the filter may be subscribed to. */
function refusalOf(connection: Connection, topicFilter: string): number {
  if (parseSharedFilter(topicFilter)) return reasonCodes.sharedSubscriptionsNotSupported
  if (topicFilter.startsWith(reservedFilterPrefix)) return reasonCodes.notAuthorized
  const { topicLevelsMax } = connection.broker.instance.settings.limits
  return topicLevels(topicFilter) > topicLevelsMax ? reasonCodes.topicFilterInvalid : 0
}

function sendRetained(connection: Connection, grant: Granted): void {
  const { subscription, retainHandling, existed } = grant
  if (retainHandling === 2 || (retainHandling === 1 && existed)) return
  const session = connection.session!
  const identifiers = subscription.identifier === undefined ? undefined : [subscription.identifier]
  const nowMs = Date.now()
  for (const message of connection.broker.store.retained(subscription.topicFilter)) {
    if (message.expiresAtMs <= nowMs) continue
    if (subscription.noLocal && message.publisherClientId === connection.id) continue
    const qos = effectiveQos(message.qos, subscription.qos)
    if (qos === 0) deliverQos0(connection, message, true, identifiers, false)
    else {
      const entry = { retainAsPublished: subscription.retainAsPublished, identifiers }
      connection.broker.store.enqueue(session, newDelivery(message, qos, entry, true))
      deliver(connection)
    }
  }
}
