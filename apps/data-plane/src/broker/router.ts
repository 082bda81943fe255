import { topicMatchesFilter } from '@parley/mqtt-wire'
import type { Counters } from '../ops/counters.js'
import { deliver, deliverQos0 } from '../session/deliver.js'
import { effectiveQos, newDelivery } from '../session/delivery.js'
import type { SessionStore } from '../store/session-store.js'
import type { BrokerPacket } from './aedes-core.js'
import type { MatchEntry, MatchResult } from './match.js'
import { Message } from './message.js'
import type { SubscriptionIndex } from './subscription-index.js'

type Done = (error?: Error | null) => void
type Listener = (packet: BrokerPacket, done: Done) => void

const dollar = 0x24

/**
 * The MQEmitter of one instance on this node: delivers a published message to the sessions whose subscriptions match, and
 * calls the listeners that Aedes itself puts on `$SYS` topics. The number of clients reached goes on the message.
 */
export class Router {
  readonly concurrency = 0
  /** Packets whose listeners are not done. */
  current = 0
  readonly length = 0
  closed = false
  readonly #index: SubscriptionIndex
  readonly #store: SessionStore
  readonly #counters: Counters
  readonly #listeners: { topicFilter: string; listener: Listener }[] = []
  /** Listeners on topics that clients publish to; there are none in the service. */
  #plainListeners = 0

  constructor(index: SubscriptionIndex, store: SessionStore, counters: Counters) {
    this.#index = index
    this.#store = store
    this.#counters = counters
  }

  on(topicFilter: string, listener: Listener, done?: () => void): this {
    this.#listeners.push({ topicFilter, listener })
    if (topicFilter.charCodeAt(0) !== dollar) this.#plainListeners++
    if (done) setImmediate(done)
    return this
  }

  removeListener(topicFilter: string, listener: Listener, done?: () => void): this {
    const at = this.#listeners.findIndex(
      (entry) => entry.topicFilter === topicFilter && entry.listener === listener
    )
    if (at >= 0) {
      this.#listeners.splice(at, 1)
      if (topicFilter.charCodeAt(0) !== dollar) this.#plainListeners--
    }
    if (done) setImmediate(done)
    return this
  }

  emit(packet: BrokerPacket, done?: Done): this {
    if (this.closed) {
      done?.(new Error('the router is closed'))
      return this
    }
    this.#deliver(packet.properties ?? brokerMessage(packet))
    const internal = packet.topic.charCodeAt(0) === dollar
    if (internal || this.#plainListeners > 0) this.#callListeners(packet, done)
    else done?.()
    return this
  }

  close(done?: () => void): this {
    this.closed = true
    if (done) setImmediate(done)
    return this
  }

  /** Who gets this message, found once and remembered on it. */
  match(message: Message): MatchResult {
    if (message.match?.generation !== this.#index.generation) message.match = this.#index.match(message.topic)
    return message.match!
  }

  #deliver(message: Message): void {
    const { entries, groups } = this.match(message)
    const shared = entries.length > 1
    for (let i = 0; i < entries.length; i++) {
      const match = entries[i]!
      const entry = match.session.clientId === message.publisherClientId ? match.own : match
      if (entry === null) continue
      message.matched++
      if (!this.#deliverTo(entry, message, shared)) message.undelivered++
    }
    if (groups.length > 0 || message.chosen) this.#deliverShared(message, groups.length)
    // A message that is kept must not keep sessions alive.
    message.match = undefined
    message.chosen = undefined
  }

  #deliverShared(message: Message, groups: number): void {
    const chosen = this.#index.chosen(message)
    if (message.responseTopic !== undefined) message.answered ??= new Set()
    for (const entry of chosen) {
      message.matched++
      const { session } = entry
      const share = entry.share!
      // A member that left while the message was stored: what a persistent one had queued was handed on with its session.
      const left = !session.persistent && !share.has(session)
      const taken = left ? this.handOn(message, share.name) : this.#deliverTo(entry, message, false)
      if (!taken) message.undelivered++
    }
    for (let unclaimed = groups - chosen.length; unclaimed > 0; unclaimed--) {
      message.matched++
      message.undelivered++
      this.#counters.drop('away_at_qos_0')
    }
  }

  /** Gives the copy of a member that is gone to another one of the same shared subscription. False when nobody takes it. */
  handOn(message: Message, share: string): boolean {
    const entry = this.#index.group(share)?.choose(message.qos)
    if (!entry) {
      this.#counters.drop('shared_without_member')
      return false
    }
    const { session } = entry
    const granted = effectiveQos(message.qos, entry.qos)
    if (granted === 0) return deliverQos0(session.connection!, message, false, entry.identifiers, false)
    const taken = this.#store.enqueue(session, newDelivery(message, granted, entry, false))
    if (session.connection !== null) deliver(session.connection)
    return taken
  }

  /** False when this client gets nothing now or later. */
  #deliverTo(entry: MatchEntry, message: Message, shared: boolean): boolean {
    const { session } = entry
    const { connection } = session
    const qos = effectiveQos(message.qos, entry.qos)
    if (qos === 0) {
      if (connection === null) {
        this.#counters.drop('away_at_qos_0')
        return false
      }
      const retain = message.retain && entry.retainAsPublished
      return deliverQos0(connection, message, retain, entry.identifiers, shared)
    }
    // The copy of a persistent session was queued before, by the step that the publisher's acknowledgement waits for.
    // Whether that was refused is on the message already.
    const taken = session.persistent || this.#store.enqueue(session, newDelivery(message, qos, entry, false))
    if (connection !== null) deliver(connection)
    return taken
  }

  #callListeners(packet: BrokerPacket, done: Done | undefined): void {
    const called = this.#listeners.filter((entry) => topicMatchesFilter(entry.topicFilter, packet.topic))
    let open = called.length
    if (open === 0) {
      done?.()
      return
    }
    this.current++
    const onDone = (): void => {
      if (--open > 0) return
      this.current--
      done?.()
    }
    for (const { listener } of called) listener.call(this, packet, onDone)
  }
}

/** What Aedes publishes about itself, as a message that clients may read. */
function brokerMessage(packet: BrokerPacket): Message {
  return new Message({
    topic: packet.topic,
    payload: packet.payload,
    qos: packet.qos,
    retain: false,
    publisherClientId: '',
    origin: 'broker',
    receivedAtMs: Date.now(),
    properties: undefined
  })
}
