import { join } from 'node:path'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { MatchEntry, Subscription } from '../../broker/match.js'
import type { Message } from '../../broker/message.js'
import type { Counters } from '../../ops/counters.js'
import { deliver } from '../../session/deliver.js'
import { type Delivery, effectiveQos, newDelivery } from '../../session/delivery.js'
import { Session } from '../../session/session.js'
import type { Will } from '../../session/will.js'
import { expiresAt, MemorySessionStore } from '../memory-session-store.js'
import type { KeptWill, OpenedSession, QueueBounds, Stored } from '../session-store.js'
import { Journal, type SessionChanges } from './journal.js'
import { SessionKeys } from './keys.js'
import { KnownFilters } from './known-filters.js'
import {
  decodeMessage,
  decodeStored,
  decodeSubscription,
  decodeWill,
  deliveryName,
  encodeDelivery,
  encodeMessage,
  encodeSubscription,
  encodeWill
} from './records.js'
import { leaveSession, openSession } from './scripts.js'

const packetIds = 65_535
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
  readonly #filters: KnownFilters
  #loaded = false
  /** Sessions that have expired and can be ended now. */
  #ended: Session[] = []
  #loading: Promise<boolean> | undefined

  constructor({ redis, instanceId, node, log, dir, bounds, counters }: RedisSessionStoreOptions) {
    super(bounds, counters)
    this.#redis = redis
    this.#keys = new SessionKeys(instanceId)
    this.#node = node
    this.#log = log
    this.#journal = new Journal(redis, log)
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
    const keys = this.#keys
    const [present, epoch] = (await this.#redis.eval(
      openSession,
      6,
      ...keys.ofSession(clientId),
      keys.sessions,
      keys.schedule,
      this.#node,
      clientId,
      expiryS,
      cleanStart || !known ? '1' : '0'
    )) as [number, number]
    const goesOn = present === 1
    const opened = await super.open(clientId, !goesOn, expiryS)
    const { session } = opened
    session.stored = { epoch: `${epoch}` }
    if (goesOn) await this.#loadQueue(session, true)
    return opened
  }

  override leave(session: Session, nowMs: number): boolean {
    const ended = super.leave(session, nowMs)
    if (!session.stored) return ended
    this.#leave(session, ended ? 0 : session.expiryS)
    if (!ended) session.unload()
    return ended
  }

  override expire(nowMs: number): Session[] {
    for (const session of super.expire(nowMs)) {
      if (session.stored && !session.loaded && hasShared(session)) this.#endLater(session)
      else this.#ended.push(session)
    }
    const ended = this.#ended
    this.#ended = []
    for (const session of ended) if (session.stored) this.#leave(session, 0)
    return ended
  }

  /** What it leaves to the other members of its shared subscriptions is read first; the next sweep ends it. */
  #endLater(session: Session): void {
    session.ending = true
    this.#loadQueue(session).then(
      () => this.#ended.push(session),
      (error: unknown) => {
        this.#log.warn({ err: error, clientId: session.clientId }, 'an expired session cannot be read yet')
        session.ending = false
        this.adopt(session)
      }
    )
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
      const { queuedMessagesMax, queuedBytesMax } = this.bounds()
      changes.copiesMax = `${queuedMessagesMax + session.inflightAtLeave}`
      changes.bytesMax = `${queuedBytesMax}`
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

  #onQueued(session: Session, delivery: Delivery, seq: number): void {
    session.pendingMessages--
    session.pendingBytes -= delivery.message.bytes
    if (seq === 0) {
      this.counters.drop('queue_full')
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
    const packetId = ((next.seq - 1) % packetIds) + 1
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
    if (message.payload.length === 0) this.#journal.command('HDEL', this.#keys.retained, message.topic)
    else if (this.isRetained(message)) {
      this.#journal.command('HSET', this.#keys.retained, message.topic, encodeMessage(message))
    } else {
      this.#journal.command('HDEL', this.#keys.retained, message.topic)
    }
    // At QoS 1 and 2 the step that follows waits for it; nobody is told that a QoS 0 message is kept.
    done(null)
  }

  override whenStored(done: Stored): void {
    this.#journal.whenStored(done)
  }

  protected override onRetainedExpired(topic: string): void {
    this.#journal.command('HDEL', this.#keys.retained, topic)
  }

  override keepWill(clientId: string, will: Will, dueAtMs: number | null): void {
    this.#journal.command('HSET', this.#keys.wills, clientId, encodeWill(will, dueAtMs))
  }

  override forgetWill(clientId: string): void {
    this.#journal.command('HDEL', this.#keys.wills, clientId)
  }

  override close(): Promise<void> {
    return this.#journal.close(closeTimeoutMs)
  }

  #leave(session: Session, expiryS: number): void {
    const { clientId, stored } = session
    const keys = this.#keys
    // Infinity is written `inf`, which Redis reads.
    const dueAtMs = expiryS === 0 ? 0 : `${session.expiresAtMs}`.replace('Infinity', 'inf')
    this.#journal.command(
      'EVAL',
      leaveSession,
      6,
      ...keys.ofSession(clientId),
      keys.sessions,
      keys.schedule,
      stored!.epoch,
      clientId,
      expiryS,
      dueAtMs
    )
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
      keys: this.#keys.ofSession(session.clientId),
      // Whoever does not hold it may only queue: also this node, while its client is away or is just being let in.
      epoch: session.loaded ? session.stored!.epoch : '',
      copiesMax: '',
      bytesMax: '',
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

  /**
   * What waits and what is inflight of a session. `goesOn`: it is worked on in memory from the same turn on, so that no copy falls
   * between what is found here and what `#onQueued` brings.
   */
  async #loadQueue(session: Session, goesOn = false): Promise<void> {
    const keys = this.#keys
    const { clientId } = session
    session.dropCopies()
    const arrived: Delivery[] = []
    session.arrived = arrived
    const [sentText, copies, received] = await Promise.all([
      this.#redis.hget(keys.session(clientId), 'sent'),
      this.#redis.hgetallBuffer(keys.queue(clientId)),
      this.#redis.smembers(keys.received(clientId))
    ]).catch((error: unknown) => {
      session.arrived = null
      throw error
    })
    const sent = Number(sentText ?? 0)
    // What is acknowledged and not cleared yet is being answered: sent again, it would be answered again.
    const open = Object.entries(copies).filter(([name]) => !session.answering.has(name))
    const found = open.map(([, copy]) => decodeStored(copy))
    found.sort((one, other) => one.seq - other.seq)
    session.arrived = null
    let last = 0
    for (const { seq, delivery } of found) {
      delivery.seq = seq
      last = seq
      if (delivery.phase === 'published' && seq > sent) {
        delivery.phase = 'queued'
        session.queuePush(delivery)
      } else {
        delivery.packetId = ((seq - 1) % packetIds) + 1
        session.inflight.set(delivery.packetId, delivery)
      }
    }
    for (const delivery of arrived) {
      if (delivery.seq <= last) continue
      last = delivery.seq
      session.queuePush(delivery)
    }
    session.loadedSeq = last
    session.resend = [...session.inflight.values()]
    for (const id of received) session.received.add(Number(id))
    if (goesOn) session.loaded = true
  }

  async #load(onSession: (session: Session) => void, onWill: (will: KeptWill) => void): Promise<void> {
    const keys = this.#keys
    const [clientIds, retained, wills] = await Promise.all([
      this.#redis.smembers(keys.sessions),
      this.#redis.hgetallBuffer(keys.retained),
      this.#redis.hgetall(keys.wills)
    ])
    const nowMs = Date.now()
    const filters = new Set<string>()
    const take = (session: Session): void => {
      for (const topicFilter of session.subscriptions.keys()) filters.add(topicFilter)
      onSession(session)
    }
    await Promise.all(clientIds.map((clientId) => this.#loadSession(clientId, nowMs, take)))
    this.#filters.replace(filters)
    const messages = Object.values(retained).map(decodeMessage)
    // Ids are ordered by time and, within a millisecond, by receipt.
    messages.sort((one, other) => (one.id < other.id ? -1 : 1))
    for (const message of messages) super.retain(message, nothing)
    for (const [clientId, text] of Object.entries(wills)) onWill({ clientId, ...decodeWill(text) })
    if (clientIds.length > 0) this.#log.info({ sessions: clientIds.length }, 'sessions were read from Redis')
  }

  async #loadSession(clientId: string, nowMs: number, onSession: (session: Session) => void): Promise<void> {
    const keys = this.#keys
    const [fields, subscriptions, dueAt] = await Promise.all([
      this.#redis.hmget(keys.session(clientId), 'epoch', 'expiry'),
      this.#redis.hgetall(keys.subscriptions(clientId)),
      this.#redis.zscore(keys.schedule, clientId)
    ])
    const [epoch, expiry] = fields
    if (!epoch || this.session(clientId)) return
    const session = new Session(clientId)
    session.expiryS = Number(expiry)
    session.stored = { epoch }
    session.loaded = false
    for (const [topicFilter, options] of Object.entries(subscriptions)) {
      session.putSubscription(decodeSubscription(topicFilter, options))
    }
    // Without a time it was connected when its node died: its expiry runs from now.
    session.expiresAtMs = dueAt === null ? expiresAt(session, nowMs) : dueMs(dueAt)
    this.adopt(session)
    if (dueAt === null) this.#leave(session, session.expiryS)
    onSession(session)
  }
}

function dueMs(score: string): number {
  return score === 'inf' ? Number.POSITIVE_INFINITY : Number(score)
}

function hasShared({ subscriptions }: Session): boolean {
  for (const topicFilter of subscriptions.keys()) if (topicFilter.startsWith('$share/')) return true
  return false
}

function nothing(): void {}
