import { FilterTree } from '../broker/filter-tree.js'
import type { MatchEntry, Subscription } from '../broker/match.js'
import type { Message } from '../broker/message.js'
import type { Counters } from '../ops/counters.js'
import { type Delivery, effectiveQos, newDelivery } from '../session/delivery.js'
import { Session } from '../session/session.js'
import type { Will } from '../session/will.js'
import { type RetainedMatch, RetainedMessages } from './retained-messages.js'
import {
  instanceBytesMaxDefault,
  type KeptWill,
  type OpenedSession,
  type QueueBounds,
  type SessionStore,
  type Stored,
  TooManySessions
} from './session-store.js'

const msPerSecond = 1000
/** Retained messages of one instance, and what they may weigh together. */
export const retainedMessagesMax = 100_000
const retainedBytesMax = 134_217_728
/** Persistent sessions of one instance, clients that are away included. */
export const persistentSessionsMax = 100_000
/** A session with this expiry never ends by itself (3.1.2.11.2). */
const expiryNeverS = 0xffff_ffff

/** Epoch ms when a session ends whose client is gone now. */
export function expiresAt({ expiryS }: Session, nowMs: number): number {
  return expiryS === expiryNeverS ? Number.POSITIVE_INFINITY : nowMs + expiryS * msPerSecond
}

/** Sessions in the memory of this process: they end with it. Every step is done when the method returns. */
export class MemorySessionStore implements SessionStore {
  readonly #sessions = new Map<string, Session>()
  /** Sessions without a connection, which may expire. */
  readonly #away = new Set<Session>()
  readonly #retained = new RetainedMessages()
  /** Of the queues that live in memory only. */
  #queuedBytes = 0
  protected readonly bounds: () => QueueBounds
  protected readonly counters: Counters

  constructor(bounds: () => QueueBounds, counters: Counters) {
    this.bounds = bounds
    this.counters = counters
  }

  readonly publishesAtOnce: number = 1

  get knowsAll(): boolean {
    return true
  }

  mayMiss(_topic: string): boolean {
    return false
  }

  whenStored(done: Stored): void {
    done(null)
  }

  get isCrowded(): boolean {
    return false
  }

  get empty(): boolean {
    return this.#sessions.size === 0 && this.#retained.size === 0
  }

  async load(_onSession: (session: Session) => void, _onWill: (will: KeptWill) => void): Promise<boolean> {
    return true
  }

  async open(clientId: string, cleanStart: boolean, expiryS: number): Promise<OpenedSession> {
    const known = this.#sessions.get(clientId)
    if (known && !cleanStart) {
      this.#away.delete(known)
      known.expiresAtMs = Number.POSITIVE_INFINITY
      known.resend = [...known.inflight.values()]
      known.expiryS = expiryS
      return { session: known, present: true, ended: null }
    }
    if (known) this.#away.delete(known)
    this.checkRoom(clientId, expiryS)
    if (known) this.#forgetQueue(known)
    const session = new Session(clientId)
    session.expiryS = expiryS
    this.#sessions.set(clientId, session)
    return { session, present: false, ended: known ?? null }
  }

  /** Throws TooManySessions when another one that lasts is too many. */
  protected checkRoom(clientId: string, expiryS: number): void {
    if (expiryS === 0 || this.#sessions.has(clientId)) return
    if (this.#sessions.size >= persistentSessionsMax) throw new TooManySessions()
  }

  protected session(clientId: string): Session | undefined {
    return this.#sessions.get(clientId)
  }

  /** A session that is being opened does not expire meanwhile. */
  protected hold(session: Session): void {
    this.#away.delete(session)
  }

  /** Takes in a session of an absent client that an earlier process left. */
  protected adopt(session: Session): void {
    this.#sessions.set(session.clientId, session)
    this.#away.add(session)
  }

  leave(session: Session, nowMs: number): boolean {
    if (this.#sessions.get(session.clientId) !== session) return false
    if (!session.persistent) {
      this.#forget(session)
      return true
    }
    session.expiresAtMs = expiresAt(session, nowMs)
    this.#away.add(session)
    return false
  }

  expire(nowMs: number, onEnded: (session: Session) => void): void {
    for (const session of this.#away) {
      if (session.expiresAtMs > nowMs) continue
      this.#away.delete(session)
      this.#forget(session)
      onEnded(session)
    }
  }

  #forget(session: Session): void {
    this.#sessions.delete(session.clientId)
    this.#forgetQueue(session)
  }

  #forgetQueue(session: Session): void {
    if (!session.stored) this.#queuedBytes -= session.queuedBytes
  }

  /** What waits for all clients of the instance. */
  protected get instanceBytes(): number {
    return this.#queuedBytes
  }

  subscribe(session: Session, subscription: Subscription, done: Stored): void {
    session.putSubscription(subscription)
    done(null)
  }

  unsubscribe(session: Session, topicFilter: string, done: Stored): void {
    session.removeSubscription(topicFilter)
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
    if (this.isFull(session, delivery)) return false
    // What waits must not keep the chunk alive that it came with.
    if (!session.connection?.hasWindow()) delivery.message.detach()
    session.queuePush(delivery)
    this.#queuedBytes += delivery.message.bytes
    return true
  }

  /** Whether the bounds of the queue are reached; counted when they are. */
  protected isFull(session: Session, { message }: Delivery): boolean {
    if (this.hasRoom(session, message, 1)) return false
    this.counters.drop(this.#queueTakes(session, message, 1) ? 'queues_full' : 'queue_full')
    return true
  }

  hasRoom(session: Session, message: Message, share: number): boolean {
    const { instanceBytesMax = instanceBytesMaxDefault } = this.bounds()
    const allTake = this.instanceBytes + message.bytes <= instanceBytesMax * share
    if (allTake && this.#queueTakes(session, message, share)) return true
    // A window that has room takes the message at once: then the bounds of the queue do not matter.
    const { connection, pendingMessages } = session
    if (!connection?.hasWindow()) return false
    return connection.unacknowledged + pendingMessages < connection.window
  }

  #queueTakes(session: Session, message: Message, share: number): boolean {
    const { queuedMessagesMax, queuedBytesMax } = this.bounds()
    const { queuedMessages, pendingMessages, queuedBytes, pendingBytes } = session
    return (
      queuedMessages + pendingMessages < queuedMessagesMax * share &&
      queuedBytes + pendingBytes + message.bytes <= queuedBytesMax * share
    )
  }

  takeNext(session: Session): Delivery | undefined {
    const delivery = session.queueShift()
    if (!delivery) return undefined
    this.#queuedBytes -= delivery.message.bytes
    delivery.packetId = session.nextPacketId()
    delivery.phase = 'published'
    session.inflight.set(delivery.packetId, delivery)
    return delivery
  }

  finish(session: Session, delivery: Delivery): void {
    session.inflight.delete(delivery.packetId)
  }

  clear(_session: Session, _delivery: Delivery): void {}

  release(_session: Session, delivery: Delivery, done: Stored): void {
    delivery.phase = 'released'
    done(null)
  }

  receive(session: Session, packetId: number, done: Stored): void {
    session.receiving.delete(packetId)
    session.received.add(packetId)
    done(null)
  }

  complete(session: Session, packetId: number, done: Stored): boolean {
    const known = session.received.delete(packetId)
    session.connection?.carried?.delete(packetId)
    done(null)
    return known
  }

  dropQueued(session: Session, isOver: (delivery: Delivery) => boolean): void {
    for (const delivery of session.queueFilter(isOver)) {
      if (delivery.seq === 0) this.#queuedBytes -= delivery.message.bytes
      this.counters.drop('queued_not_allowed')
      this.clear(session, delivery)
    }
  }

  retain(message: Message, done: Stored): void {
    if (message.payload.length === 0) {
      this.#retained.delete(message.topic)
    } else {
      this.#keepRetained(message)
    }
    done(null)
  }

  /** Beyond the bounds of an instance nothing new is kept; what is published still reaches who is subscribed. */
  #keepRetained(message: Message): void {
    const { size, bytes } = this.#retained
    const older = this.#retained.get(message.topic)
    const full =
      (!older && size >= retainedMessagesMax) ||
      bytes - (older?.bytes ?? 0) + message.bytes > retainedBytesMax
    if (full) {
      this.#retained.delete(message.topic)
      this.counters.drop('retained_full')
      return
    }
    message.detach()
    this.#retained.set(message)
  }

  protected isRetained(message: Message): boolean {
    return this.#retained.get(message.topic) === message
  }

  *retainedFor<T>(filters: FilterTree<T>): Generator<RetainedMatch<T> | undefined, void> {
    for (const found of this.#retained.matching(filters)) {
      yield found && this.#isFresh(found.place.message!) ? found : undefined
    }
  }

  *retained(topicFilter: string): Generator<Message, void> {
    const filters = new FilterTree<true>()
    filters.add(topicFilter, true)
    for (const found of this.retainedFor(filters)) if (found?.place.message) yield found.place.message
  }

  keepWill(_clientId: string, _will: Will, _dueAtMs: number | null): void {}

  forgetWill(_clientId: string): void {}

  async claimWill(_clientId: string, _dueAtMs: number): Promise<boolean> {
    return true
  }

  async close(): Promise<void> {}

  protected onRetainedExpired(_topic: string): void {}

  /** Expired retained messages leave when somebody comes across them [MQTT-3.3.2-5]. */
  #isFresh(message: Message): boolean {
    if (message.expiresAtMs > Date.now()) return true
    this.#retained.delete(message.topic)
    this.onRetainedExpired(message.topic)
    return false
  }
}
