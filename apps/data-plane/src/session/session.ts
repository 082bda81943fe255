import type { Subscription } from '../broker/match.js'
import type { Connection } from './connection.js'
import type { Delivery } from './delivery.js'

const packetIdMax = 65_535
/** A queue is compacted when this many of its first places are free. */
const freePlacesMax = 1_024

/** Who holds a session in a store that several nodes share: as long as it says so there, this node may write. */
export interface SessionHolder {
  readonly owner: string
  readonly epoch: string
}

/**
 * What outlives a connection [MQTT-3.1.2-4]: subscriptions, what waits, what is inflight both ways. Changed only through the
 * session store, so that a store can write every step down; read by anybody on this node.
 */
export class Session {
  readonly clientId: string
  /** The connection that holds it now; null while the client is away. */
  connection: Connection | null = null
  /** Kept that long after the connection ended; 0: ends with it. */
  expiryS = 0
  /** Epoch ms when a session without a connection ends; Infinity while there is one. */
  expiresAtMs = Number.POSITIVE_INFINITY

  readonly #subscriptions = new Map<string, Subscription>()
  /** What their filters weigh together, in characters. */
  subscriptionsWeight = 0
  /** Sent and not finished, by packet id, in the order in which they were first sent. */
  readonly inflight = new Map<number, Delivery>()
  /** Inflight of an earlier connection, to be sent again before anything else [MQTT-4.4.0-1]. */
  resend: Delivery[] = []
  /** Packet ids of QoS 2 messages that were received and not yet released [MQTT-4.3.3-10]. */
  readonly received = new Set<number>()

  /** Set when a store keeps it beyond this process. */
  stored: SessionHolder | null = null
  /** Copies on their way to the store, which will wait here when they are there. */
  pendingMessages = 0
  pendingBytes = 0
  /** How many were inflight when the client left. */
  inflightAtLeave = 0
  /** False: what waits is in the store only. */
  loaded = true
  /** Copies that the store took while the session was being loaded. */
  arrived: Delivery[] | null = null
  /** It is over, whoever still holds it. */
  ended = false
  /** It is being ended: what is still queued for it goes to others, where it is shared. */
  ending = false
  /** Another node has ended it or holds it: what it leaves is for that one to see to. */
  elsewhere = false
  /** Copies that its client is done with and whose reply is not out yet. */
  readonly answering = new Set<string>()
  /** The last `seq` that loading has found: its batch may be settled only afterwards, and must not bring it once more. */
  loadedSeq = 0

  /** Packet ids of QoS 2 messages that are being stored, and will be in `received`. */
  readonly receiving = new Set<number>()

  #queue: (Delivery | undefined)[] = []
  #queueHead = 0
  queuedBytes = 0
  #lastPacketId = 0

  constructor(clientId: string) {
    this.clientId = clientId
  }

  /** Whether it outlives its connection: its copies must be stored before the publisher is acknowledged. */
  get persistent(): boolean {
    return this.expiryS > 0
  }

  /** By topic filter. */
  get subscriptions(): ReadonlyMap<string, Subscription> {
    return this.#subscriptions
  }

  /** Adds or replaces. */
  putSubscription(subscription: Subscription): void {
    const { topicFilter } = subscription
    if (!this.#subscriptions.has(topicFilter)) this.subscriptionsWeight += topicFilter.length
    this.#subscriptions.set(topicFilter, subscription)
  }

  removeSubscription(topicFilter: string): void {
    if (this.#subscriptions.delete(topicFilter)) this.subscriptionsWeight -= topicFilter.length
  }

  get queuedMessages(): number {
    return this.#queue.length - this.#queueHead
  }

  queuePush(delivery: Delivery): void {
    this.#queue.push(delivery)
    this.queuedBytes += delivery.message.bytes
  }

  /** Lets go of what waits and is inflight: the store has it. */
  unload(): void {
    this.inflightAtLeave = this.inflight.size
    this.received.clear()
    this.dropCopies()
    this.ending = false
    this.loaded = false
  }

  /** Before what the store has is read, once more perhaps. */
  dropCopies(): void {
    this.inflight.clear()
    this.resend = []
    this.#queue = []
    this.#queueHead = 0
    this.queuedBytes = 0
  }

  queueFirst(): Delivery | undefined {
    return this.#queue[this.#queueHead]
  }

  queueShift(): Delivery | undefined {
    const delivery = this.#queue[this.#queueHead]
    if (!delivery) return undefined
    this.#queue[this.#queueHead++] = undefined
    this.queuedBytes -= delivery.message.bytes
    if (this.#queueHead === this.#queue.length) {
      this.#queue = []
      this.#queueHead = 0
    } else if (this.#queueHead > freePlacesMax && this.#queueHead * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#queueHead)
      this.#queueHead = 0
    }
    return delivery
  }

  /** Takes out what waits and fits; what was sent stays. Returns what was taken. */
  queueFilter(takes: (delivery: Delivery) => boolean): Delivery[] {
    const waiting = [...this.queued()]
    this.#queue = []
    this.#queueHead = 0
    this.queuedBytes = 0
    const taken: Delivery[] = []
    for (const delivery of waiting) {
      if (takes(delivery)) taken.push(delivery)
      else this.queuePush(delivery)
    }
    return taken
  }

  /** What waits, in order. */
  *queued(): Iterable<Delivery> {
    for (let at = this.#queueHead; at < this.#queue.length; at++) yield this.#queue[at]!
  }

  /** A packet id that is not inflight [MQTT-2.2.1-4]; 0 when all 65,535 are (the window keeps that from happening). */
  nextPacketId(): number {
    for (let tries = 0; tries < packetIdMax; tries++) {
      this.#lastPacketId = this.#lastPacketId === packetIdMax ? 1 : this.#lastPacketId + 1
      if (!this.inflight.has(this.#lastPacketId)) return this.#lastPacketId
    }
    return 0
  }
}
