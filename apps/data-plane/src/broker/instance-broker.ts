import { reasonCodes } from '@parley/mqtt-wire'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { AccessRights } from '../auth/access.js'
import type { Credentials } from '../auth/credentials.js'
import { recheckPolicies, recheckUsers } from '../auth/revocation.js'
import { AutoReply, type ReplyRetries } from '../auto-reply/auto-reply.js'
import type { Instance } from '../fleet/instance.js'
import { undecidedMax } from '../listeners/admission.js'
import { closings } from '../listeners/in-turns.js'
import type { Transport } from '../listeners/transport.js'
import type { Counters } from '../ops/counters.js'
import { Connection } from '../session/connection.js'
import type { Delivery } from '../session/delivery.js'
import type { Session } from '../session/session.js'
import { unacknowledgedShared } from '../session/shared-copies.js'
import { AedesPersistence } from '../store/aedes-persistence.js'
import { MemorySessionStore } from '../store/memory-session-store.js'
import { RedisSessionStore } from '../store/redis/redis-session-store.js'
import type { OpenedSession, SessionStore, Stored } from '../store/session-store.js'
import { aedesCore } from './aedes-core.js'
import { ClientEvents } from './client-events.js'
import type { Message } from './message.js'
import { endOverdue } from './overdue.js'
import { Router } from './router.js'
import { SubscriptionIndex } from './subscription-index.js'
import { SysTopics } from './sys-topics.js'
import { TooManyConnections } from './too-many-connections.js'
import { Turns } from './turns.js'
import { Wills } from './wills.js'

const heartbeatIntervalMs = 60_000
/** Messages of an instance that may wait until its persistent sessions are known. */
const unplacedMax = 10_000
const unplacedBytesMax = 67_108_864
const topicLevelsCeiling = 100

export interface BrokerDependencies {
  log: Logger
  replyRetries: ReplyRetries
  /** Where sessions are kept that outlive this process; left out, all live in memory. */
  sessions?: Redis
  /** Folder of what the node remembers of sessions while Redis is away. */
  sessionsDir?: string
  /** Left out: nobody has a password, only anonymous instances let clients in. */
  credentials?: Credentials
}

/**
 * One instance on this node: Aedes' publish pipeline, with our sessions, router and store around it. Made on first connect
 * with `new` and `listen()`, closed when nothing is connected, kept or scheduled.
 */
export class InstanceBroker extends aedesCore<Connection>() {
  readonly instance: Instance
  readonly log: Logger
  readonly counters: Counters
  readonly index: SubscriptionIndex
  readonly router: Router
  readonly store: SessionStore
  readonly autoReply: AutoReply
  readonly events: ClientEvents
  readonly credentials: Credentials | undefined
  /** Every open connection, from its first byte. */
  readonly connections = new Set<Connection>()
  readonly #sysTopics = new SysTopics(this)
  readonly #turns = new Turns()
  /** Clients whose session is being opened: they count as connected already. */
  #opening = 0
  /** The version of the users that live connections were held against last. */
  #checkedUsers: string
  #checkingUsers = false
  /** Published before all persistent sessions were known. */
  #unplaced: { message: Message; done: Stored }[] = []
  #unplacedBytes = 0
  /** Copies of shared subscriptions whose member is gone, on their way to another one. */
  #orphans: Delivery[] = []
  /** How often everybody is leaving now: orphans wait until all have, so that they do not go from one to the next. */
  #closingAll = 0
  readonly #wills = new Wills(this)

  constructor(instance: Instance, dependencies: BrokerDependencies) {
    const { log, replyRetries, credentials } = dependencies
    const index = new SubscriptionIndex()
    const store = sessionStore(instance, dependencies)
    const router = new Router(index, store, instance.counters)
    super({
      id: instance.id,
      mq: router,
      persistence: new AedesPersistence(store, index),
      heartbeatInterval: heartbeatIntervalMs,
      maxTopicLevels: topicLevelsCeiling
    })
    this.instance = instance
    this.credentials = credentials
    this.#checkedUsers = instance.usersVersion
    this.log = log
    this.counters = instance.counters
    this.index = index
    this.router = router
    this.store = store
    this.autoReply = new AutoReply(this, replyRetries)
    this.events = new ClientEvents(this, replyRetries.node)
    // An instance field of Aedes: a method of this name would have no effect.
    this.handle = (transport: Transport) => this.#accept(transport)
    this.on('error', (error: Error) => log.error({ err: error }, 'the broker reported an error'))
  }

  get rights(): AccessRights {
    return this.instance.rights
  }

  /** A new snapshot came: live connections are held against it. */
  recheck(): void {
    this.#recheckAnonymous()
    recheckPolicies(this)
    this.#recheckUsers()
  }

  #recheckAnonymous(): void {
    if (this.instance.settings.authentication.anonymous) return
    for (const connection of [...this.connections]) {
      if (connection.state === 'connected' && connection.passwordHash === undefined) {
        connection.refuse(reasonCodes.notAuthorized, 'rights_revoked')
      }
    }
  }

  /** Tried again with the next sweep while Redis is away. */
  #recheckUsers(): void {
    const { usersVersion } = this.instance
    if (this.#checkingUsers || this.#checkedUsers === usersVersion) return
    this.#checkingUsers = true
    recheckUsers(this).then(
      () => {
        this.#checkingUsers = false
        this.#checkedUsers = usersVersion
        // They may have changed meanwhile.
        this.#recheckUsers()
      },
      (error: unknown) => {
        this.#checkingUsers = false
        this.log.debug({ err: error }, 'users cannot be checked yet')
      }
    )
  }

  /** Nothing is connected, kept or scheduled. */
  get idle(): boolean {
    return this.connections.size === 0 && this.#wills.waiting === 0 && this.store.empty
  }

  /**
   * Gives a connection its session; an older connection of the same client id is closed first [MQTT-3.1.4-3]. Connects of
   * one client id take turns, so that no two of them hold the session.
   */
  openSession(connection: Connection, cleanStart: boolean, expiryS: number): Promise<OpenedSession> {
    return this.#turns.take(connection.id, async () => {
      if (!this.store.knowsAll) await this.load()
      // Others were let in while this one was being decided.
      if (this.isFull(connection.id)) throw new TooManyConnections()
      this.clients[connection.id]?.refuse(reasonCodes.sessionTakenOver, 'taken_over')
      const opened = await this.#open(connection.id, cleanStart, expiryS)
      if (opened.ended) this.#sessionEnded(opened.ended)
      else if (opened.present) connection.earlierWill = this.#wills.drop(connection.id)
      connection.session = opened.session
      if (opened.session.received.size > 0) connection.carried = new Set(opened.session.received)
      opened.session.connection = connection
      this.registerClient(connection)
      return opened
    })
  }

  /** Whether one more client is too many; one that takes its own connection over makes no more of them. */
  isFull(clientId: string): boolean {
    if (this.clients[clientId] !== undefined) return false
    return this.connectedClients + this.#opening >= this.instance.settings.limits.connectionsMax
  }

  async #open(clientId: string, cleanStart: boolean, expiryS: number): Promise<OpenedSession> {
    this.#opening++
    try {
      return await this.store.open(clientId, cleanStart, expiryS)
    } finally {
      this.#opening--
    }
  }

  /** Takes in what an earlier process left: sessions, retained messages, wills. */
  async load(): Promise<boolean> {
    const wasComplete = this.store.knowsAll
    const kept = new Map<string, Session>()
    const complete = await this.store.load(
      (session) => {
        kept.set(session.clientId, session)
        for (const subscription of session.subscriptions.values()) this.index.add(session, subscription)
      },
      (will) => this.#wills.takeUp(will, kept.get(will.clientId)?.expiryS ?? 0)
    )
    if (complete && !wasComplete) this.#place()
    return complete
  }

  /**
   * A QoS 1 or 2 message that was published before all persistent sessions are known: `done` follows when theirs have it too.
   * False when too many wait: nobody may be told that this one is kept.
   */
  placeLater(message: Message, done: Stored): boolean {
    const full =
      this.#unplaced.length >= unplacedMax || this.#unplacedBytes + message.bytes > unplacedBytesMax
    if (full) return false
    this.#unplaced.push({ message, done })
    this.#unplacedBytes += message.bytes
    return true
  }

  #place(): void {
    const unplaced = this.#unplaced
    this.#unplaced = []
    this.#unplacedBytes = 0
    for (const { message, done } of unplaced) {
      const { entries, groups } = this.index.match(message.topic)
      const chosen = groups
        .filter((group) => group.allStored)
        .map((group) => group.choose(message.qos))
        .filter((entry) => entry !== undefined)
      const all = [...entries, ...chosen]
      message.matched = Math.max(message.matched, all.length)
      this.store.enqueuePersistent(all, message, done)
    }
  }

  registerClient(connection: Connection): void {
    this.clients[connection.id] = connection
    this.connectedClients++
    this.emit('client', connection)
  }

  /** By identity: a connection that was taken over must not remove its successor. */
  unregisterClient(connection: Connection): void {
    if (this.clients[connection.id] !== connection) return
    delete this.clients[connection.id]
    this.connectedClients--
    this.emit('clientDisconnect', connection)
  }

  /** Settles what a connection leaves behind: registry, session, will. `accepted`: its CONNECT had succeeded. */
  connectionEnded(connection: Connection, accepted: boolean): void {
    this.connections.delete(connection)
    const { session } = connection
    if (session?.connection !== connection) return
    session.connection = null
    this.unregisterClient(connection)
    const ended = this.store.leave(session, Date.now())
    const will = accepted ? connection.will : connection.earlierWill
    if (will) this.#wills.leave(will, session)
    else if (accepted && connection.willKept) this.store.forgetWill(connection.id)
    if (ended) this.#sessionEnded(session)
    if (accepted) this.events.onDisconnected(connection, connection.endReason)
  }

  /** Once a second: what is overdue. */
  sweep(nowMs: number): void {
    for (const connection of this.connections) endOverdue(connection, this.instance.id, nowMs)
    this.#sysTopics.onSweep(nowMs)
    this.#recheckUsers()
    void this.load()
    this.store.expire(nowMs, (session) => {
      this.counters.drop('session_expired')
      this.#sessionEnded(session)
    })
  }

  /** Closes every connection with a reason, a few in a turn; sessions stay. Resolves when all are closed. */
  closeConnections(reasonCode: number): Promise<void> {
    this.#closingAll++
    for (const connection of this.connections) {
      closings.run(this.instance.id, () => connection.refuse(reasonCode, 'instance_closed'))
    }
    return new Promise((resolve) => {
      closings.run(this.instance.id, () => {
        this.#closingAll--
        this.#handOnOrphans()
        resolve()
      })
    })
  }

  /** Puts a message that is not a client's own into the pipeline: wills, replies. */
  publishMessage(message: Message, done: (error?: Error | null) => void): void {
    this.publish(
      {
        cmd: 'publish',
        topic: message.topic,
        payload: message.payload,
        qos: message.qos,
        retain: message.retain,
        dup: false,
        properties: message
      },
      null,
      done
    )
  }

  #accept(transport: Transport): Connection {
    const connection = new Connection(this, transport, Date.now())
    this.connections.add(connection)
    // Not counted by connectionsMax, and each costs a socket and up to the largest CONNECT.
    if (this.connections.size > this.instance.settings.limits.connectionsMax + undecidedMax) {
      connection.refuse(reasonCodes.quotaExceeded, 'connection_refused')
    }
    return connection
  }

  #sessionEnded(session: Session): void {
    session.ended = true
    for (const topicFilter of session.subscriptions.keys()) this.index.remove(session, topicFilter)
    this.#orphans.push(...unacknowledgedShared(session))
    this.#handOnOrphans()
    if (!session.elsewhere) this.#wills.onSessionEnded(session.clientId)
  }

  /** [MQTT-4.8.2-4] */
  #handOnOrphans(): void {
    if (this.#closingAll > 0) return
    const orphans = this.#orphans
    this.#orphans = []
    for (const { message, share } of orphans) this.router.handOn(message, share!)
  }
}

/** In Redis, unless there is none or the instance wants its sessions in memory. */
function sessionStore(instance: Instance, dependencies: BrokerDependencies): SessionStore {
  const { log, replyRetries, sessions, sessionsDir } = dependencies
  const bounds = () => instance.settings.limits
  const { counters } = instance
  if (!sessions || instance.settings.sessions === 'memory') return new MemorySessionStore(bounds, counters)
  const { id: instanceId } = instance
  return new RedisSessionStore({
    redis: sessions,
    instanceId,
    node: replyRetries.node,
    log,
    dir: sessionsDir,
    bounds,
    counters
  })
}
