import {
  parseSharedFilter,
  reasonCodes,
  type SubscribePacket,
  topicLevels,
  v3SubackFailure
} from '@parley/mqtt-wire'
import type { Subscription } from '../broker/subscription-index.js'
import type { Connection } from './connection.js'
import { deliver, deliverQos0 } from './deliver.js'
import { effectiveQos, newDelivery } from './delivery.js'
import { storeAll } from './store-steps.js'

/** The internal topics of the service: no client subscribes there. */
const reservedFilterPrefix = '$parley/'

interface Grant {
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
  const granted: Grant[] = []
  for (const request of packet.subscriptions) {
    const refusal = refusalOf(connection, request.topicFilter)
    if (refusal === 0) {
      codes.push(request.qos)
      granted.push(grantOf(connection, request, packet.subscriptionIdentifier))
    } else {
      codes.push(connection.protocolLevel === 5 ? refusal : v3SubackFailure)
    }
  }
  return storeAll(
    connection,
    granted,
    ({ subscription }, stored) => {
      broker.index.add(session, subscription)
      broker.store.subscribe(session, subscription, stored)
    },
    () => {
      const { packetId } = packet
      connection.send({ type: 'suback', packetId, reasonCodes: codes, properties: undefined })
      for (const grant of granted) sendRetained(connection, grant)
      deliver(connection)
      for (const { subscription } of granted) broker.autoReply.onSubscribed(subscription.topicFilter)
    }
  )
}

function grantOf(
  connection: Connection,
  { topicFilter, qos, noLocal, retainAsPublished, retainHandling }: SubscribePacket['subscriptions'][number],
  identifier: number | undefined
): Grant {
  return {
    subscription: { topicFilter, qos, noLocal, retainAsPublished, identifier },
    retainHandling,
    existed: connection.session!.subscriptions.has(topicFilter)
  }
}

/** 0 when the filter may be subscribed to. */
function refusalOf(connection: Connection, topicFilter: string): number {
  if (parseSharedFilter(topicFilter)) return reasonCodes.sharedSubscriptionsNotSupported
  if (topicFilter.startsWith(reservedFilterPrefix)) return reasonCodes.notAuthorized
  const { topicLevelsMax } = connection.broker.instance.settings.limits
  return topicLevels(topicFilter) > topicLevelsMax ? reasonCodes.topicFilterInvalid : 0
}

function sendRetained(connection: Connection, grant: Grant): void {
  const { subscription, retainHandling, existed } = grant
  if (retainHandling === 2 || (retainHandling === 1 && existed)) return
  const session = connection.session!
  const identifiers = subscription.identifier === undefined ? undefined : [subscription.identifier]
  for (const message of connection.broker.store.retained(subscription.topicFilter)) {
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
