import type { ReplyJob, ReplyParty } from '@parley/jobs'
import type { Principal } from '../auth/access.js'
import type { BrokerPacket, PublishState } from '../broker/aedes-core.js'
import type { InstanceBroker } from '../broker/instance-broker.js'
import type { Message } from '../broker/message.js'
import type { Connection } from '../session/connection.js'
import type { Delivery } from '../session/delivery.js'
import type { Session } from '../session/session.js'
import { replyGate } from './gates.js'
import { replyBody } from './reply-body.js'
import { replyMessage } from './reply-message.js'
import { isChosenByRequester, requesterOf } from './right-to-reply.js'

/** Where replies go that could not be published at once. */
export interface ReplyRetries {
  /** The name that this node's jobs carry. */
  readonly node: string
  /** Takes a reply; `onStored` is called once it is a job in Redis. Not called for one that is dropped. */
  enqueue(job: ReplyJob, onStored: () => void): 'queued' | 'buffered' | 'dropped'
  /** Somebody subscribed: replies that wait for a topic of this filter are tried now. */
  promote(instanceId: string, topicFilter: string): void
}

/** A reply in the pipeline, with what a retry would need. */
interface ReplyPacket extends BrokerPacket {
  autoReply: AutoReply
  request: Delivery
  responder: Responder
}

/** Who acknowledged, and its session, which keeps the request until it is answered. */
interface Responder extends Principal {
  readonly session: Session
}

/** Makes the replies of one instance: the feature that the service is for. */
export class AutoReply {
  readonly #broker: InstanceBroker
  readonly #retries: ReplyRetries

  constructor(broker: InstanceBroker, retries: ReplyRetries) {
    this.#broker = broker
    this.#retries = retries
  }

  /** A responder acknowledged a delivery with success (PUBACK, PUBCOMP): publish the reply at once, or queue it. */
  onAcknowledged(responder: Connection, delivery: Delivery): void {
    const { message } = delivery
    const { id, username, clientHost } = responder
    const session = responder.session!
    const nowMs = Date.now()
    if (message.responseTopic === undefined || !this.#mayAnswer(responder, delivery, nowMs)) {
      this.#broker.store.clear(session, delivery)
      return
    }
    const { instance } = this.#broker
    message.answered?.add(responder.id)
    message.replies++
    const reply = replyMessage({
      topic: message.responseTopic,
      body: replyBody(instance.id, responder, delivery),
      qos: delivery.qos,
      correlationData: message.correlationData,
      secondsLeft: message.secondsLeft(nowMs),
      nowMs
    })
    const from = { id, username, clientHost, session }
    if (this.#broker.router.match(reply).waiting === 0) this.#retryLater(delivery, from, reply)
    else this.#publish(delivery, from, reply)
  }

  #mayAnswer(responder: Connection, delivery: Delivery, nowMs: number): boolean {
    const { instance, counters } = this.#broker
    const gate = replyGate(instance, responder, delivery, nowMs)
    if (gate === 'answer') return !delivery.message.answered?.has(responder.id)
    if (gate !== 'silent') counters.drop(gate)
    return false
  }

  /** A client of this instance subscribed: its SUBACK is on the way, the replies that wait for it follow. */
  onSubscribed(topicFilter: string): void {
    this.#retries.promote(this.#broker.instance.id, topicFilter)
  }

  #publish(request: Delivery, responder: Responder, reply: Message): void {
    const packet: ReplyPacket = {
      cmd: 'publish',
      topic: reply.topic,
      payload: reply.payload,
      qos: reply.qos,
      retain: false,
      dup: false,
      properties: reply,
      autoReply: this,
      request,
      responder
    }
    this.#broker.publish(packet, null, onReplyPublished)
  }

  /** Called by the pipeline when the reply is published, or could not be. */
  published(packet: ReplyPacket, error: Error | null | undefined): void {
    const reply = packet.properties!
    // Nobody got it: a full queue, a reader that is too slow.
    const lost = reply.matched === reply.undelivered
    const { request, responder } = packet
    if (error || lost) {
      this.#retryLater(request, responder, reply)
      return
    }
    this.#broker.counters.repliesPublished++
    this.#broker.store.clear(responder.session, request)
  }

  /** The request is answered when its reply is a job in Redis: until then a kill makes the responder answer again. */
  #retryLater(delivery: Delivery, responder: Responder, reply: Message): void {
    const request = delivery.message
    const { session } = responder
    const { instance, counters } = this.#broker
    const job: ReplyJob = {
      instanceId: instance.id,
      messageId: request.id,
      responderClientId: responder.id,
      node: this.#retries.node,
      topic: reply.topic,
      payload: reply.payload.toString(),
      qos: reply.qos === 2 ? 2 : 1,
      expiresAtMs: Number.isFinite(request.expiresAtMs) ? request.expiresAtMs : null,
      createdAtMs: reply.receivedAtMs,
      retry: instance.settings.autoReply.retry
    }
    if (isChosenByRequester(request)) {
      job.rights = { requester: partyOf(requesterOf(request)), responder: partyOf(responder) }
    }
    if (reply.correlationData) job.correlationDataBase64 = reply.correlationData.toString('base64')
    const clear = (): void => this.#broker.store.clear(session, delivery)
    if (this.#retries.enqueue(job, clear) === 'dropped') {
      counters.drop('reply_not_stored')
      clear()
    } else {
      counters.repliesQueued++
    }
  }
}

function partyOf({ id, username, clientHost }: Principal): ReplyParty {
  return { id, username, clientHost }
}

/** One function for every reply: Aedes binds `this`, so that no closure is made per reply. */
function onReplyPublished(this: PublishState<Connection>, error?: Error | null): void {
  const packet = this.packet as ReplyPacket
  packet.autoReply.published(packet, error)
}
