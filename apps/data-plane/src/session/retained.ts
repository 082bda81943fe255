import { hasWildcard, parseSharedFilter } from '@parley/mqtt-wire'
import { FilterTree } from '../broker/filter-tree.js'
import type { InstanceBroker } from '../broker/instance-broker.js'
import type { Subscription } from '../broker/match.js'
import type { Message } from '../broker/message.js'
import type { Connection } from './connection.js'
import { deliver, deliverQos0 } from './deliver.js'
import { effectiveQos, newDelivery } from './delivery.js'
import type { Session } from './session.js'
import { turnCostMax } from './turn-cost.js'

export interface Grant {
  subscription: Subscription
  /** What is sent of retained messages: 0 all, 1 only for a new subscription, 2 none [MQTT-3.3.1-9..11]. */
  retainHandling: 0 | 1 | 2
  existed: boolean
}

/** The retained messages that the filters of one SUBSCRIBE are compared with, in one pass for all of them. */
interface Pass {
  readonly connection: Connection
  readonly session: Session
  readonly filters: FilterTree<Subscription>
  readonly messages: Iterator<Message>
}

/**
 * Sends what is retained to new subscriptions. False: there is so much to look through that other clients have their turn in
 * between; the connection goes on by itself when it is done.
 */
export function sendRetained(connection: Connection, grants: readonly Grant[]): boolean {
  const session = connection.session!
  const { broker } = connection
  const filters = new FilterTree<Subscription>()
  let wildcards = false
  for (const { subscription } of grants.filter(wantsRetained)) {
    const { topicFilter } = subscription
    if (hasWildcard(topicFilter)) {
      wildcards = true
      filters.add(topicFilter, subscription)
    } else {
      for (const message of broker.store.retained(topicFilter))
        sendCopy(broker, session, subscription, message)
    }
  }
  connection.cost(grants.length)
  if (!wildcards) return true
  const messages = broker.store.retained('#')[Symbol.iterator]()
  return lookThrough({ connection, session, filters, messages })
}

/** 3.8.4: what is shared begins with the next publish. */
function wantsRetained({ subscription, retainHandling, existed }: Grant): boolean {
  if (parseSharedFilter(subscription.topicFilter)) return false
  return retainHandling === 0 || (retainHandling === 1 && !existed)
}

/** As much as one turn may cost. */
function lookThrough(pass: Pass): boolean {
  const { connection, session, filters, messages } = pass
  let cost = 0
  while (cost < turnCostMax) {
    const next = messages.next()
    if (next.done) {
      connection.cost(cost)
      return true
    }
    const matching = filters.match(next.value.topic)
    for (const subscription of matching) sendCopy(connection.broker, session, subscription, next.value)
    cost += 1 + matching.length
  }
  connection.inNextTurn(() => goOn(pass))
  return false
}

/** A session that outlives its connection gets them as well: its client will not subscribe again. */
function goOn(pass: Pass): void {
  const { connection, session } = pass
  if (session.ended || (connection.closed && !session.persistent)) return
  if (lookThrough(pass)) connection.proceed()
}

function sendCopy(
  { store, counters }: InstanceBroker,
  session: Session,
  subscription: Subscription,
  message: Message
): void {
  const { noLocal, retainAsPublished, identifier } = subscription
  // Taken back while the others were looked through.
  if (!session.subscriptions.has(subscription.topicFilter)) return
  if (noLocal && message.publisherClientId === session.clientId) return
  const identifiers = identifier === undefined ? undefined : [identifier]
  const qos = effectiveQos(message.qos, subscription.qos)
  const { connection } = session
  if (qos > 0) {
    const entry = { retainAsPublished, identifiers, share: undefined }
    store.enqueue(session, newDelivery(message, qos as 1 | 2, entry, true))
    if (connection) deliver(connection)
  } else if (connection) {
    deliverQos0(connection, message, true, identifiers, false)
  } else {
    counters.drop('away_at_qos_0')
  }
}
