import { parseSharedFilter } from '@parley/mqtt-wire'
import { FilterTree } from '../broker/filter-tree.js'
import type { Subscription } from '../broker/match.js'
import type { RetainedPlace } from '../store/retained-messages.js'
import type { SessionStore } from '../store/session-store.js'
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

interface Copy {
  /** A copy that waits for room is of the message that stands there then: an older one must not follow a newer. */
  place: RetainedPlace
  subscription: Subscription
}

/** Retained messages fill a queue up to this share of its bounds; the rest is left to what is published meanwhile. */
const queueShare = 0.5

/**
 * Sends what is retained to the new subscriptions of one connection [MQTT-3.3.1-9]: as fast as its client takes it, and no more in
 * one turn of the event loop than others can wait for. Filters that are asked for meanwhile come in the next pass.
 */
export class RetainedSender {
  readonly #connection: Connection
  readonly #session: Session
  #asked: Subscription[] = []
  #copies: Iterator<Copy | undefined> | undefined
  /** The copy that the client had no room for. */
  #next: Copy | undefined
  #waitsForRoom = false

  constructor(connection: Connection) {
    this.#connection = connection
    this.#session = connection.session!
  }

  send(grants: readonly Grant[]): void {
    for (const grant of grants) if (wantsRetained(grant)) this.#asked.push(grant.subscription)
    if (!this.#copies) this.#run()
  }

  /** The client may have room again, or is gone. */
  wake(): void {
    if (!this.#waitsForRoom || !this.#hasRoomFor(this.#next!)) return
    this.#waitsForRoom = false
    this.#connection.inNextTurn(() => this.#run())
  }

  #run(): void {
    const connection = this.#connection
    for (let cost = 0; cost < turnCostMax; cost++) {
      // A session that outlives its connection gets the rest as well: its client will not subscribe again.
      if (this.#session.ended || (connection.closed && !this.#session.persistent)) return
      if (!this.#take()) {
        connection.cost(cost)
        return
      }
    }
    connection.inNextTurn(() => this.#run())
  }

  /** One step: false when there is nothing more, or no room for it. */
  #take(): boolean {
    if (this.#next) {
      if (!this.#hasRoomFor(this.#next)) {
        this.#waitsForRoom = true
        return false
      }
      this.#sendCopy(this.#next)
      this.#next = undefined
      return true
    }
    if (!this.#copies) {
      if (this.#asked.length === 0) return false
      this.#copies = copiesFor(this.#asked, this.#connection.broker.store)
      this.#asked = []
    }
    const { done, value } = this.#copies.next()
    if (done) this.#copies = undefined
    else this.#next = value
    return true
  }

  #hasRoomFor({ place: { message }, subscription }: Copy): boolean {
    const connection = this.#connection
    if (connection.closed || !message) return true
    if (effectiveQos(message.qos, subscription.qos) === 0) return connection.outbox.hasRoom()
    return connection.broker.store.hasRoom(this.#session, message, queueShare)
  }

  #sendCopy({ place: { message }, subscription }: Copy): void {
    if (!message) return
    const session = this.#session
    const { noLocal, retainAsPublished, identifier, topicFilter } = subscription
    // Taken back while the others were looked through, or taken away while it was being stored: the policies changed.
    if (!session.subscriptions.has(topicFilter)) return
    if (noLocal && message.publisherClientId === session.clientId) return
    const { store, counters } = this.#connection.broker
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
}

/** 3.8.4: what is shared begins with the next publish. */
function wantsRetained({ subscription, retainHandling, existed }: Grant): boolean {
  if (parseSharedFilter(subscription.topicFilter)) return false
  return retainHandling === 0 || (retainHandling === 1 && !existed)
}

/** What is sent for these subscriptions, found in one pass for all; undefined for a step that found nothing. */
function* copiesFor(
  subscriptions: readonly Subscription[],
  store: SessionStore
): Generator<Copy | undefined, void> {
  const filters = new FilterTree<Subscription>()
  for (const subscription of subscriptions) filters.add(subscription.topicFilter, subscription)
  for (const found of store.retainedFor(filters)) {
    if (!found) yield
    else for (const subscription of found.values) yield { place: found.place, subscription }
  }
}
