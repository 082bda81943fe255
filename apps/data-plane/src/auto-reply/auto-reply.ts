import type { ReplyJob } from '@parley/jobs'
import type { BrokerPacket, PublishState } from '../broker/aedes-core.js'
import type { InstanceBroker } from '../broker/instance-broker.js'
import type { Message } from '../broker/message.js'
import type { Connection } from '../session/connection.js'
import type { Delivery } from '../session/delivery.js'
import { replyGate } from './gates.js'
import { replyBody } from './reply-body.js'
import { replyMessage } from './reply-message.js'

/** Where replies go that could not be published at once. */
export interface ReplyRetries {
  /** The name that this node's jobs carry. */
  readonly node: string
  enqueue(job: ReplyJob): 'queued' | 'buffered' | 'dropped'
  /** Somebody subscribed: replies that wait for a topic of this filter are tried now. */
  promote(instanceId: string, topicFilter: string): void
}

/** A reply in the pipeline, with what a retry would need. */
interface ReplyPacket extends BrokerPacket {
  autoReply: AutoReply
  request: Message
  responderClientId: string
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
    if (message.responseTopic === undefined) return
    const { instance, counters } = this.#broker
    const nowMs = Date.now()
    const gate = replyGate(instance, responder, delivery, nowMs)
    if (gate !== 'answer') {
      if (gate !== 'silent') counters.drop(gate)
      return
    }
    if (message.answered?.has(responder.id)) return
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
    if (this.#broker.router.match(reply).waiting === 0) this.#retryLater(message, responder.id, reply)
    else this.#publish(message, responder.id, reply)
  }

  /** A client of this instance subscribed: its SUBACK is on the way, the replies that wait for it follow. */
  onSubscribed(topicFilter: string): void {
    this.#retries.promote(this.#broker.instance.id, topicFilter)
  }

  #publish(request: Message, responderClientId: string, reply: Message): void {
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
      responderClientId
    }
    this.#broker.publish(packet, null, onReplyPublished)
  }

  /** Called by the pipeline when the reply is published, or could not be. */
  published(packet: ReplyPacket, error: Error | null | undefined): void {
    const reply = packet.properties!
    // Nobody got it: a full queue, a reader that is too slow.
    const lost = reply.matched === reply.undelivered
    if (error || lost) this.#retryLater(packet.request, packet.responderClientId, reply)
    else this.#broker.counters.repliesPublished++
  }

  #retryLater(request: Message, responderClientId: string, reply: Message): void {
    const { instance, counters } = this.#broker
    const job: ReplyJob = {
      instanceId: instance.id,
      messageId: request.id,
      responderClientId,
      node: this.#retries.node,
      topic: reply.topic,
      payload: reply.payload.toString(),
      qos: reply.qos === 2 ? 2 : 1,
      expiresAtMs: Number.isFinite(request.expiresAtMs) ? request.expiresAtMs : null,
      createdAtMs: reply.receivedAtMs,
      retry: instance.settings.autoReply.retry
    }
    if (reply.correlationData) job.correlationDataBase64 = reply.correlationData.toString('base64')
    if (this.#retries.enqueue(job) === 'dropped') counters.drop('reply_not_stored')
    else counters.repliesQueued++
  }
}

/** One function for every reply: Aedes binds `this`, so that no closure is made per reply. */
function onReplyPublished(this: PublishState<Connection>, error?: Error | null): void {
  const packet = this.packet as ReplyPacket
  packet.autoReply.published(packet, error)
}
