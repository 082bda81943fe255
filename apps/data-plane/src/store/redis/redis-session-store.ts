import { join } from 'node:path'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { MatchEntry, Subscription } from '../../broker/match.js'
import type { Message } from '../../broker/message.js'
import type { Counters } from '../../ops/counters.js'
import { deliver } from '../../session/deliver.js'
import { type Delivery, effectiveQos, newDelivery } from '../../session/delivery.js'
import type { Session } from '../../session/session.js'
import type { Will } from '../../session/will.js'
import { MemorySessionStore } from '../memory-session-store.js'
import {
  instanceBytesMaxDefault,
  type KeptWill,
  type OpenedSession,
  type QueueBounds,
  type Stored
} from '../session-store.js'
import { Journal, type SessionChanges } from './journal.js'
import { SessionKeys } from './keys.js'
import { KnownFilters } from './known-filters.js'
import { Lives } from './lives.js'
import { loadQueue, packetIdOf } from './load-queue.js'
import { readStored } from './read-stored.js'
import { deliveryName, encodeDelivery, encodeMessage, encodeSubscription } from './records.js'

/** Enough to fill a batch while the one before it is on its way. */
const publishesAtOnceMax = 64
/** How long a stopping node waits for what it has collected to be stored. */
const closeTimeoutMs = 2_000

export interface RedisSessionStoreOptions {
  redis: Redis
  instanceId: string
  node: string
  log: Logger
  /** Where the node remembers on its disk what persistent sessions are subscribed to. */
  dir: string | undefined
  bounds: () => QueueBounds
  counters: Counters
}

/**
 * Persistent sessions and retained messages in Redis: nothing that a client was told is kept is lost with this process.
 * Sessions of connected clients are worked on in memory, and each change is written down by the journal; of an absent client
 * only the subscriptions stay in memory. Sessions that end with their connection never touch Redis.
 */
export class RedisSessionStore extends MemorySessionStore {
  override readonly publishesAtOnce = publishesAtOnceMax
  readonly #redis: Redis
  readonly #keys: SessionKeys
  readonly #node: string
  readonly #log: Logger
  readonly #journal: Journal
  readonly #lives: Lives
  readonly #filters: KnownFilters
  #loaded = false
  /** Sessions whose end is being claimed, by client id. */
  readonly #ending = new Map<string, Promise<void>>()
  #loading: Promise<boolean> | undefined

  constructor({ redis, instanceId, node, log, dir, bounds, counters }: RedisSessionStoreOptions) {
    super(bounds, counters)
    this.#redis = redis
    this.#keys = new SessionKeys(instanceId)
    this.#node = node
    this.#log = log
    this.#journal = new Journal(redis, log)
    this.#lives = new Lives(redis, this.#keys, this.#journal)
    this.#filters = new KnownFilters(dir && join(dir, `${instanceId}.filters`), log)
  }

  /** False while Redis is away: read again with the next call. */
  override async load(
    onSession: (session: Session) => void,
    onWill: (will: KeptWill) => void
  ): Promise<boolean> {
    if (this.#loaded) return true
    if (!this.#journal.ready) return false
    this.#loading ??= this.#load(onSession, onWill)
      .then(() => true)
      .catch((error: unknown) => {
        this.#log.warn({ err: error }, 'sessions cannot be read from Redis')
        return false
      })
    this.#loaded = await this.#loading
    this.#loading = undefined
    return this.#loaded
  }

  override get knowsAll(): boolean {
    return this.#loaded
  }

  override mayMiss(topic: string): boolean {
    return !this.#loaded && this.#filters.match(topic)
  }

  override async open(clientId: string, cleanStart: boolean, expiryS: number): Promise<OpenedSession> {
    const ending = this.#ending.get(clientId)
    if (ending) await ending
    const known = this.session(clientId)
    if (expiryS === 0 && !known?.stored) return super.open(clientId, cleanStart, expiryS)
    if (!this.#loaded) throw new Error('Redis is away: what is kept of this session is not known')
    this.checkRoom(clientId, expiryS)
    if (!known) return this.#openStored(clientId, known, cleanStart, expiryS)
    const { expiresAtMs } = known
    this.hold(known)
    try {
      return await this.#openStored(clientId, known, cleanStart, expiryS)
    } catch (error) {
      // Its client is still away, and its time goes on.
      known.unload()
      known.expiresAtMs = expiresAtMs
      this.adopt(known)
      throw error
    }
  }

  async #openStored(
    clientId: string,
    known: Session | undefined,
    cleanStart: boolean,
    expiryS: number
  ): Promise<OpenedSession> {
    // What is on its way to Redis of this session comes first.
    await this.#stored()
    if (known && cleanStart && hasShared(known)) {
      known.ending = true
      await this.#loadQueue(known)
    }
    const { goesOn, holder } = await this.#lives.open(clientId, this.#node, expiryS, cleanStart || !known)
    const opened = await super.open(clientId, !goesOn, expiryS)
    const { session } = opened
    session.stored = holder
    if (goesOn) await this.#loadQueue(session, true)
    return opened
  }

  override leave(session: Session, nowMs: number): boolean {
    const ended = super.leave(session, nowMs)
    if (!session.stored) return ended
    if (ended) {
      this.#lives.end(session)
    } else {
      this.#lives.leave(session)
      session.unload()
    }
    return ended
  }

  override expire(nowMs: number, onEnded: (session: Session) => void): void {
    super.expire(nowMs, (session) => {
      if (session.stored) this.#endWhenClaimed(session, nowMs, onEnded)
      else onEnded(session)
    })
  }

  #endWhenClaimed(session: Session, nowMs: number, onEnded: (session: Session) => void): void {
    const { clientId } = session
    const claimed = this.#claimEnd(session, nowMs).then(
      () => onEnded(session),
      (error: unknown) => {
        this.#log.warn({ err: error, clientId }, 'an expired session cannot be ended yet')
        session.ending = false
        this.adopt(session)
      }
    )
    this.#ending.set(
      clientId,
      claimed.finally(() => this.#ending.delete(clientId))
    )
  }

  /** What it leaves to the other members of its shared subscriptions is read first. */
  async #claimEnd(session: Session, nowMs: number): Promise<void> {
    if (hasShared(session)) {
      session.ending = true
      await this.#loadQueue(session)
    }
    await this.#stored()
    if (await this.#lives.claimEnd(session, nowMs)) return
    session.elsewhere = true
    session.dropCopies()
  }

  override subscribe(session: Session, subscription: Subscription, done: Stored): void {
    super.subscribe(session, subscription, nothing)
    if (session.stored) this.#filters.add(subscription.topicFilter)
    this.#write(session, done, ({ subscriptions }) =>
      subscriptions.set(subscription.topicFilter, encodeSubscription(subscription))
    )
  }

  override unsubscribe(session: Session, topicFilter: string, done: Stored): void {
    super.unsubscribe(session, topicFilter, nothing)
    this.#write(session, done, ({ subscriptions }) => subscriptions.set(topicFilter, null))
  }

  override enqueuePersistent(entries: readonly MatchEntry[], message: Message, done: Stored): void {
    for (let i = 0; i < entries.length; i++) {
      const match = entries[i]!
      if (!match.session.persistent) continue
      const entry = match.session.clientId === message.publisherClientId ? match.own : match
      if (!entry) continue
      const qos = effectiveQos(message.qos, entry.qos)
      if (qos === 0) continue
      if (!this.enqueue(entry.session, newDelivery(message, qos, entry, false))) message.undelivered++
    }
    if (message.exchange) {
      this.receive(message.exchange.session, message.exchange.packetId, nothing)
      message.exchange = undefined
    }
    this.#journal.whenStored(done)
  }

  /** False when a connected client's queue is full; that of an absent one is looked at by the script. */
  override enqueue(session: Session, delivery: Delivery): boolean {
    if (!session.stored) return super.enqueue(session, delivery)
    const away = !session.loaded
    if (away ? this.#isCrowded(session, delivery) : this.isFull(session, delivery)) return false
    session.pendingMessages++
    session.pendingBytes += delivery.message.bytes
    const changes = this.#changes(session)
    if (away) {
      const { queuedMessagesMax, queuedBytesMax, instanceBytesMax = instanceBytesMaxDefault } = this.bounds()
      const copiesMax = queuedMessagesMax + session.inflightAtLeave
      changes.bounds = { copiesMax, bytesMax: queuedBytesMax, instanceBytesMax }
    }
    changes.queued.push({
      name: deliveryName(delivery),
      bytes: delivery.message.bytes,
      record: () => encodeDelivery(delivery),
      onQueued: (seq) => this.#onQueued(session, delivery, seq)
    })
    return true
  }

  /** Of an absent client only what is on its way is in memory: as much of it as its queue may hold. */
  #isCrowded(session: Session, { message }: Delivery): boolean {
    const { queuedMessagesMax, queuedBytesMax } = this.bounds()
    const { pendingMessages, pendingBytes } = session
    if (pendingMessages < queuedMessagesMax && pendingBytes + message.bytes <= queuedBytesMax) return false
    this.counters.drop('queue_full')
    return true
  }

  protected override get instanceBytes(): number {
    return super.instanceBytes + this.#journal.queuedBytes
  }

  #onQueued(session: Session, delivery: Delivery, seq: number): void {
    session.pendingMessages--
    session.pendingBytes -= delivery.message.bytes
    if (seq <= 0) {
      this.counters.drop(seq === 0 ? 'queue_full' : 'queues_full')
      delivery.message.undelivered++
      return
    }
    delivery.seq = seq
    if (session.arrived) session.arrived.push(delivery)
    else if (session.ending && seq > session.loadedSeq) session.queuePush(delivery)
    // Whoever is away finds it in Redis.
    if (!session.loaded || seq <= session.loadedSeq) return
    if (!session.connection?.hasWindow()) delivery.message.detach()
    session.queuePush(delivery)
    if (session.connection) deliver(session.connection)
  }

  override takeNext(session: Session): Delivery | undefined {
    const next = session.queueFirst()
    if (!next || next.seq === 0) return super.takeNext(session)
    const packetId = packetIdOf(next.seq)
    // One round of all packet ids later, and still not acknowledged: what comes waits for it.
    if (session.inflight.has(packetId)) return undefined
    session.queueShift()
    next.packetId = packetId
    next.phase = 'published'
    session.inflight.set(packetId, next)
    this.#changes(session).sent = next.seq
    return next
  }

  override finish(session: Session, delivery: Delivery): void {
    super.finish(session, delivery)
    if (session.stored && delivery.seq > 0) session.answering.add(deliveryName(delivery))
  }

  override clear(session: Session, delivery: Delivery): void {
    if (!session.stored || delivery.seq === 0) return
    const name = deliveryName(delivery)
    session.answering.delete(name)
    this.#changes(session).over.push(name)
  }

  override release(session: Session, delivery: Delivery, done: Stored): void {
    super.release(session, delivery, nothing)
    if (delivery.seq === 0) done(null)
    else this.#write(session, done, ({ released }) => released.push(deliveryName(delivery)))
  }

  override receive(session: Session, packetId: number, done: Stored): void {
    super.receive(session, packetId, nothing)
    this.#write(session, done, ({ received }) => received.set(packetId, true))
  }

  override complete(session: Session, packetId: number, done: Stored): boolean {
    const known = super.complete(session, packetId, nothing)
    if (known) this.#write(session, done, ({ received }) => received.set(packetId, false))
    else done(null)
    return known
  }

  override retain(message: Message, done: Stored): void {
    super.retain(message, nothing)
    if (this.isRetained(message)) {
      const { topic } = message
      this.#journal.command(`retained ${topic}`, 'HSET', this.#keys.retained, topic, encodeMessage(message))
    } else {
      this.#forgetRetained(message.topic)
    }
    // At QoS 1 and 2 the step that follows waits for it; nobody is told that a QoS 0 message is kept.
    done(null)
  }

  override get isCrowded(): boolean {
    return this.#journal.isCrowded
  }

  #forgetRetained(topic: string): void {
    this.#journal.command(`retained ${topic}`, 'HDEL', this.#keys.retained, topic)
  }

  override whenStored(done: Stored): void {
    this.#journal.whenStored(done)
  }

  protected override onRetainedExpired(topic: string): void {
    this.#forgetRetained(topic)
  }

  override keepWill(clientId: string, will: Will, dueAtMs: number | null): void {
    this.#lives.keepWill(clientId, will, dueAtMs)
  }

  override forgetWill(clientId: string): void {
    this.#lives.forgetWill(clientId)
  }

  override async claimWill(clientId: string, dueAtMs: number): Promise<boolean> {
    await this.#stored()
    return this.#lives.claimWill(clientId, dueAtMs, Date.now())
  }

  override close(): Promise<void> {
    return this.#journal.close(closeTimeoutMs)
  }

  /** Writes a change of one session down; `done` follows when it is there. One that is not kept in Redis has no need to wait. */
  #write(session: Session, done: Stored, change: (changes: SessionChanges) => void): void {
    if (!session.stored) {
      done(null)
      return
    }
    change(this.#changes(session))
    this.#journal.whenStored(done)
  }

  #changes(session: Session): SessionChanges {
    return this.#journal.changes(session, () => ({
      keys: this.#keys.ofBatch(session.clientId),
      // Whoever does not hold it may only queue: also this node, while its client is away or is just being let in.
      holder: session.loaded ? session.stored : null,
      bounds: null,
      queued: [],
      over: [],
      released: [],
      received: new Map(),
      subscriptions: new Map(),
      sent: 0,
      onLost: () => session.connection?.lost()
    }))
  }

  #stored(): Promise<void> {
    if (!this.#journal.ready)
      return Promise.reject(new Error('Redis is away: no persistent session can be opened'))
    return new Promise((resolve, reject) => {
      this.#journal.whenStored((error) => (error ? reject(error) : resolve()))
    })
  }

  #loadQueue(session: Session, goesOn = false): Promise<void> {
    return loadQueue(this.#redis, this.#keys, session, goesOn)
  }

  async #load(onSession: (session: Session) => void, onWill: (will: KeptWill) => void): Promise<void> {
    const { sessions, retained, wills } = await readStored(this.#redis, this.#keys)
    const filters = new Set<string>()
    for (const { session, wasConnected } of sessions) {
      // Its client came while Redis was away, with a session that ends with its connection; or this one was to end so.
      if (this.session(session.clientId) || !session.persistent) {
        this.#lives.end(session)
        continue
      }
      for (const topicFilter of session.subscriptions.keys()) filters.add(topicFilter)
      this.adopt(session)
      if (wasConnected) this.#lives.leave(session)
      onSession(session)
    }
    this.#filters.replace(filters)
    for (const message of retained) super.retain(message, nothing)
    for (const will of wills) onWill(will)
    if (sessions.length > 0) this.#log.info({ sessions: sessions.length }, 'sessions were read from Redis')
  }
}

function hasShared({ subscriptions }: Session): boolean {
  for (const topicFilter of subscriptions.keys()) if (topicFilter.startsWith('$share/')) return true
  return false
}

function nothing(): void {}
