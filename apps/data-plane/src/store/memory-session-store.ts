import { topicMatchesFilter } from '@parley/mqtt-wire'
import type { MatchEntry, Subscription } from '../broker/match.js'
import type { Message } from '../broker/message.js'
import type { Counters } from '../ops/counters.js'
import { type Delivery, effectiveQos, newDelivery } from '../session/delivery.js'
import { Session } from '../session/session.js'
import type { OpenedSession, QueueBounds, SessionStore, Stored } from './session-store.js'

const msPerSecond = 1000

/** Sessions in the memory of this process: they end with it. Every step is done when the method returns. */
export class MemorySessionStore implements SessionStore {
  readonly #sessions = new Map<string, Session>()
  /** Sessions without a connection, which may expire. */
  readonly #away = new Set<Session>()
  readonly #retained = new Map<string, Message>()
  readonly #bounds: () => QueueBounds
  readonly #counters: Counters

  constructor(bounds: () => QueueBounds, counters: Counters) {
    this.#bounds = bounds
    this.#counters = counters
  }

  get empty(): boolean {
    return this.#sessions.size === 0 && this.#retained.size === 0
  }

  async open(clientId: string, cleanStart: boolean): Promise<OpenedSession> {
    const known = this.#sessions.get(clientId)
    if (known && !cleanStart) {
      this.#away.delete(known)
      known.expiresAtMs = Number.POSITIVE_INFINITY
      known.resend = [...known.inflight.values()]
      return { session: known, present: true, ended: null }
    }
    if (known) this.#away.delete(known)
    const session = new Session(clientId)
    this.#sessions.set(clientId, session)
    return { session, present: false, ended: known ?? null }
  }

  leave(session: Session, nowMs: number): boolean {
    if (this.#sessions.get(session.clientId) !== session) return false
    if (!session.persistent) {
      this.#sessions.delete(session.clientId)
      return true
    }
    session.expiresAtMs = nowMs + session.expiryS * msPerSecond
    this.#away.add(session)
    return false
  }

  expire(nowMs: number): Session[] {
    const ended: Session[] = []
    for (const session of this.#away) {
      if (session.expiresAtMs > nowMs) continue
      this.#away.delete(session)
      this.#sessions.delete(session.clientId)
      ended.push(session)
    }
    return ended
  }

  subscribe(session: Session, subscription: Subscription, done: Stored): void {
    session.subscriptions.set(subscription.topicFilter, subscription)
    done(null)
  }

  unsubscribe(session: Session, topicFilter: string, done: Stored): void {
    session.subscriptions.delete(topicFilter)
    done(null)
  }

  enqueuePersistent(entries: readonly MatchEntry[], message: Message, done: Stored): void {
    for (let i = 0; i < entries.length; i++) {
      const match = entries[i]!
      if (!match.session.persistent) continue
      const entry = match.session.clientId === message.publisherClientId ? match.own : match
      if (!entry) continue
      const qos = effectiveQos(message.qos, entry.qos)
      if (qos === 0) continue
      if (!this.enqueue(entry.session, newDelivery(message, qos, entry, false))) message.undelivered++
    }
    done(null)
  }

  enqueue(session: Session, delivery: Delivery): boolean {
    const bounds = this.#bounds()
    const full =
      session.queuedMessages >= bounds.queuedMessagesMax ||
      session.queuedBytes + delivery.message.bytes > bounds.queuedBytesMax
    // A window that has room takes the message at once: then the bounds of the queue do not matter.
    if (full && !session.connection?.hasWindow()) {
      this.#counters.drop('queue_full')
      return false
    }
    if (!session.connection) delivery.message.detach()
    session.queuePush(delivery)
    return true
  }

  takeNext(session: Session): Delivery | undefined {
    const delivery = session.queueShift()
    if (!delivery) return undefined
    delivery.packetId = session.nextPacketId()
    delivery.phase = 'published'
    session.inflight.set(delivery.packetId, delivery)
    return delivery
  }

  finish(session: Session, delivery: Delivery): void {
    session.inflight.delete(delivery.packetId)
  }

  release(_session: Session, delivery: Delivery): void {
    delivery.phase = 'released'
  }

  receive(session: Session, packetId: number): void {
    session.received.add(packetId)
  }

  complete(session: Session, packetId: number): boolean {
    return session.received.delete(packetId)
  }

  retain(message: Message, done: Stored): void {
    if (message.payload.length === 0) {
      this.#retained.delete(message.topic)
    } else {
      message.detach()
      this.#retained.delete(message.topic)
      this.#retained.set(message.topic, message)
    }
    done(null)
  }

  *retained(topicFilter: string): Iterable<Message> {
    if (!topicFilter.includes('+') && !topicFilter.includes('#')) {
      const exact = this.#retained.get(topicFilter)
      if (exact && this.#isFresh(exact)) yield exact
      return
    }
    for (const message of this.#retained.values()) {
      if (topicMatchesFilter(topicFilter, message.topic) && this.#isFresh(message)) yield message
    }
  }

  /** Expired retained messages leave when somebody comes across them [MQTT-3.3.2-5]. */
  #isFresh(message: Message): boolean {
    if (message.expiresAtMs > Date.now()) return true
    this.#retained.delete(message.topic)
    return false
  }
}
