import type { FilterTree } from '../broker/filter-tree.js'
import type { MatchEntry, Subscription } from '../broker/match.js'
import type { Message } from '../broker/message.js'
import type { Delivery } from '../session/delivery.js'
import type { Session } from '../session/session.js'
import type { Will } from '../session/will.js'
import type { RetainedMatch } from './retained-messages.js'

/** Called once when the step is stored, or with the error that kept it from being stored. May be called at once. */
export type Stored = (error: Error | null) => void

export interface OpenedSession {
  session: Session
  /** Session Present of the CONNACK: something was there and goes on [MQTT-3.2.2-2]. */
  present: boolean
  /** The session that a clean start put an end to: its subscriptions must leave the index. */
  ended: Session | null
}

/** The will of a client that is connected, or whose delay runs. */
export interface KeptWill {
  clientId: string
  will: Will
  /** Epoch ms; null: its client was connected when its node died. */
  dueAtMs: number | null
}

/** The instance keeps as many persistent sessions as it may. */
export class TooManySessions extends Error {
  constructor() {
    super('the instance keeps as many sessions as it may')
  }
}

/** Bounds of what waits. */
export interface QueueBounds {
  /** For one client. */
  queuedMessagesMax: number
  queuedBytesMax: number
  /** For all clients of the instance together; `instanceBytesMaxDefault` when left out. */
  instanceBytesMax?: number
}

/** What may wait for the clients of one instance together: one tenant does not fill the store of all. */
export const instanceBytesMaxDefault = 1_073_741_824

/**
 * The session-store port of one instance: every change of a session goes through it, so that an implementation can write it
 * down before it counts. State changes happen inside the store; the session layer reads `Session` and never writes to it.
 * Methods of the message path take the entries of a match and no closure per delivery.
 */
export interface SessionStore {
  /**
   * Calls back for what an earlier process left, once. Resolves false while that cannot be known: call it again; meanwhile only
   * sessions that end with their connection can be opened.
   */
  load(onSession: (session: Session) => void, onWill: (will: KeptWill) => void): Promise<boolean>
  /** Whether every persistent session is known; false until `load` has resolved true. */
  readonly knowsAll: boolean
  /** Whether a persistent session that is not known yet may be subscribed to this topic. */
  mayMiss(topic: string): boolean
  /**
   * Finds or makes the session, to be kept for `expiryS` after its connection. `cleanStart` forgets what was there first
   * [MQTT-3.1.2-4]. Rejects when it cannot be stored.
   */
  open(clientId: string, cleanStart: boolean, expiryS: number): Promise<OpenedSession>
  /** The connection is gone: the session stays for `session.expiryS` seconds, or ends now when that is 0 (true). */
  leave(session: Session, nowMs: number): boolean
  /** Ends sessions whose time is over: calls back, now or later, for each whose subscriptions are to be taken out of the index. */
  expire(nowMs: number, onEnded: (session: Session) => void): void

  subscribe(session: Session, subscription: Subscription, done: Stored): void
  unsubscribe(session: Session, topicFilter: string, done: Stored): void

  /**
   * Queues one copy for every entry whose session is persistent and whose effective QoS is above 0. `done` is called when
   * all are stored: only then may the publisher be acknowledged. What overflows the bounds is counted as dropped.
   */
  enqueuePersistent(entries: readonly MatchEntry[], message: Message, done: Stored): void
  /** Queues one copy for one session: clean sessions, retained messages. False when the bounds are reached. */
  enqueue(session: Session, delivery: Delivery): boolean
  /** Whether a copy would be taken: at once, or into queues of which no more than this share is in use. */
  hasRoom(session: Session, message: Message, share: number): boolean
  /** Takes the next copy out of the queue and puts it inflight under a fresh packet id. */
  takeNext(session: Session): Delivery | undefined
  /** The client acknowledged (PUBACK, PUBCOMP) or refused: its packet id is free. The copy is kept until `clear`. */
  finish(session: Session, delivery: Delivery): void
  /** Nothing is owed for the copy any more: answered, its reply is published or queued, or nobody asked for one. */
  clear(session: Session, delivery: Delivery): void
  /** PUBREC came: the message needs no resending, the packet id stays until PUBCOMP. PUBREL follows `done`. */
  release(session: Session, delivery: Delivery, done: Stored): void

  /** A QoS 2 PUBLISH came in and was published: its packet id is known until PUBREL. PUBREC follows `done`. */
  receive(session: Session, packetId: number, done: Stored): void
  /** PUBREL came: the packet id is free again. False when it was not known. PUBCOMP follows `done`. */
  complete(session: Session, packetId: number, done: Stored): boolean

  /** Takes copies out of the queue of a connected client that it may not have any more; each is counted. */
  dropQueued(session: Session, isOver: (delivery: Delivery) => boolean): void

  /** Keeps a retained message under its topic; an empty payload removes it [MQTT-3.3.1-6]. */
  retain(message: Message, done: Stored): void
  /** Retained messages whose topic matches, oldest first. */
  retained(topicFilter: string): Iterable<Message>
  /**
   * The same for many filters in one pass, and with the steps that found nothing, as undefined: what looking costs. It may be read
   * over several turns, and holds little of a large answer meanwhile: that one is oldest first portion by portion.
   */
  retainedFor<T>(filters: FilterTree<T>): Iterable<RetainedMatch<T> | undefined>

  /** Keeps a client's will while it is connected, and while its delay runs. */
  keepWill(clientId: string, will: Will, dueAtMs: number | null): void
  forgetWill(clientId: string): void
  /**
   * Whether this node is the one to publish a will that is due at `dueAtMs`; it forgets it in the same turn as it publishes it. Rejects while
   * that cannot be known.
   */
  claimWill(clientId: string, dueAtMs: number): Promise<boolean>

  /** Nothing comes any more; what is on its way is stored first, for a bounded time. */
  close(): Promise<void>
  /**
   * How many publishes of one client may wait for it at once. More than one: it answers in the order in which it was asked, whatever
   * it was asked, so that they stay in order [MQTT-4.6.0-5].
   */
  readonly publishesAtOnce: number
  /** Calls back when everything asked before is stored. */
  whenStored(done: Stored): void
  /** So much is on its way to be stored that also a publisher waits for it who is told of nothing. */
  readonly isCrowded: boolean
  /** Nothing is kept that a restart of this broker would lose: no session, no retained message. */
  readonly empty: boolean
}
