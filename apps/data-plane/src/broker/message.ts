import {
  encodePublishProperties,
  type ProtocolLevel,
  type PublishProperties,
  publishLength,
  type Qos,
  type UserProperty,
  writePublish
} from '@parley/mqtt-wire'
import type { Principal } from '../auth/access.js'
import type { Session } from '../session/session.js'
import type { MatchEntry, MatchResult } from './match.js'
import { messageId, nextSequence } from './message-id.js'

const msPerSecond = 1000
const noProperties = Buffer.alloc(0)
/** A payload that is kept is copied out of the bytes it arrived with when those are this much larger. */
const keptParentBytesMax = 4096

/** Who made a message; replies are told apart because a reply is never answered. */
export type MessageOrigin = 'client' | 'will' | 'reply' | 'broker'

export interface MessageFields {
  topic: string
  payload: Buffer
  qos: Qos
  retain: boolean
  publisherClientId: string
  /** Who asks for what the message asks for; absent where the service itself publishes. */
  publisher?: Pick<Principal, 'username' | 'clientHost'>
  origin: MessageOrigin
  receivedAtMs: number
  properties: PublishProperties | undefined
  /** Of a message that was stored; a new one is given its own. */
  id?: string
}

/**
 * One published message: its MQTT 5 properties under their wire names, and what the broker knows of it. It hangs on
 * `packet.properties`, the only field that survives Aedes' packet copies. The properties are set before it is published
 * and never change afterwards; every session that gets the message shares this object.
 */
export class Message implements PublishProperties {
  readonly topic: string
  payload: Buffer
  readonly qos: Qos
  readonly retain: boolean
  readonly publisherClientId: string
  readonly publisherUsername: string | null
  readonly publisherHost: string
  readonly origin: MessageOrigin
  readonly receivedAtMs: number
  readonly sequence: number

  payloadFormatIndicator: 0 | 1 | undefined
  messageExpiryInterval: number | undefined
  contentType: string | undefined
  responseTopic: string | undefined
  correlationData: Buffer | undefined
  userProperties: UserProperty[] | undefined
  /** Whether the Response Topic is the operator's word ('constants') or came from the message (design §6). */
  responseTopicOrigin: 'constants' | 'message' = 'message'

  /** Epoch ms; Infinity when the message does not expire. */
  expiresAtMs = Number.POSITIVE_INFINITY
  /** The subscriptions that matched, found once per publish. */
  match: MatchResult | undefined = undefined
  /** The members of matching shared subscriptions that get it, chosen once. */
  chosen: MatchEntry[] | undefined = undefined
  /** How many clients have a matching subscription; written by the router, because `mq.emit` cannot return it. */
  matched = 0
  /** How many of them get nothing: away at QoS 0, too slow, or with a full queue. Each is counted as a drop. */
  undelivered = 0
  /** An earlier publish of the same client is being stored: this one follows it, also when nobody keeps it. */
  waitsInOrder = false
  /** When it was matched, a persistent session that is not known yet may have been subscribed to its topic. */
  mayBeMissed = false
  /**
   * The QoS 2 exchange that it came by, until its packet id is stored: together with the copies where there are any. A kill
   * between the two would publish it twice [MQTT-4.3.3-10], or never.
   */
  exchange: { session: Session; packetId: number } | undefined = undefined
  /** Replies made for it so far. */
  replies = 0
  /** Who was answered, when a client may have several copies: one of its own, others as member of shared subscriptions. */
  answered: Set<string> | undefined = undefined

  #id: string | undefined = undefined
  #topicBytes: Buffer | undefined = undefined
  #propertyBytes: Buffer | undefined = undefined
  #frame3: Buffer | undefined = undefined
  #frame5: Buffer | undefined = undefined
  #bytes: number | undefined = undefined
  #detached = false

  constructor(fields: MessageFields) {
    this.topic = fields.topic
    this.payload = fields.payload
    this.qos = fields.qos
    this.retain = fields.retain
    this.publisherClientId = fields.publisherClientId
    this.publisherUsername = fields.publisher?.username ?? null
    this.publisherHost = fields.publisher?.clientHost ?? ''
    this.origin = fields.origin
    this.receivedAtMs = fields.receivedAtMs
    this.sequence = nextSequence()
    this.#id = fields.id
    const properties = fields.properties
    this.payloadFormatIndicator = properties?.payloadFormatIndicator
    this.messageExpiryInterval = properties?.messageExpiryInterval
    this.contentType = properties?.contentType
    this.responseTopic = properties?.responseTopic
    this.correlationData = properties?.correlationData
    this.userProperties = properties?.userProperties
    if (this.messageExpiryInterval !== undefined) this.expireAfter(this.messageExpiryInterval)
  }

  get id(): string {
    this.#id ??= messageId(this.receivedAtMs, this.sequence)
    return this.#id
  }

  /** What it weighs in a queue: topic, payload and properties, in bytes or characters. */
  get bytes(): number {
    this.#bytes ??= this.#weigh()
    return this.#bytes
  }

  #weigh(): number {
    let bytes = this.topic.length + this.payload.length
    bytes += (this.contentType?.length ?? 0) + (this.responseTopic?.length ?? 0)
    bytes += this.correlationData?.length ?? 0
    for (const { key, value } of this.userProperties ?? []) bytes += key.length + value.length
    return bytes
  }

  get topicBytes(): Buffer {
    this.#topicBytes ??= Buffer.from(this.topic)
    return this.#topicBytes
  }

  /** Sets the expiry, counted from receipt. Only before the message is published. */
  expireAfter(seconds: number): void {
    this.messageExpiryInterval = seconds
    this.expiresAtMs = this.receivedAtMs + seconds * msPerSecond
  }

  /** Seconds left, as forwarded to subscribers [MQTT-3.3.2-6]; undefined when the message does not expire. */
  secondsLeft(nowMs: number): number | undefined {
    if (this.messageExpiryInterval === undefined) return undefined
    return Math.max(0, Math.ceil((this.expiresAtMs - nowMs) / msPerSecond))
  }

  /** The v5 property block for one delivery, with its length. The common block is encoded once for all subscribers. */
  propertyBytes(
    secondsLeft: number | undefined,
    subscriptionIdentifiers: number[] | undefined,
    topicAlias: number | undefined
  ): Buffer {
    if (secondsLeft === undefined && subscriptionIdentifiers === undefined && topicAlias === undefined) {
      this.#propertyBytes ??= encodePublishProperties(this)
      return this.#propertyBytes
    }
    return encodePublishProperties({
      payloadFormatIndicator: this.payloadFormatIndicator,
      messageExpiryInterval: secondsLeft,
      topicAlias,
      contentType: this.contentType,
      responseTopic: this.responseTopic,
      correlationData: this.correlationData,
      userProperties: this.userProperties,
      subscriptionIdentifiers
    })
  }

  /** A whole QoS 0 PUBLISH without retain, encoded once for all subscribers of the same protocol version. */
  frame(level: ProtocolLevel): Buffer {
    const known = level === 5 ? this.#frame5 : this.#frame3
    if (known) return known
    const properties = level === 5 ? this.propertyBytes(undefined, undefined, undefined) : noProperties
    const topic = this.topicBytes
    const length = publishLength(level, topic.length, 0, properties.length, this.payload.length)
    const frame = Buffer.allocUnsafe(length)
    writePublish(frame, 0, level, topic, this.payload, 0, false, false, 0, properties)
    if (level === 5) this.#frame5 = frame
    else this.#frame3 = frame
    return frame
  }

  /** Call before the message is kept for long: lets go of the received chunk that its bytes are a window on. */
  detach(): void {
    if (this.#detached) return
    this.#detached = true
    if (this.payload.buffer.byteLength > this.payload.length + keptParentBytesMax) {
      this.payload = Buffer.from(this.payload)
    }
    const data = this.correlationData
    if (data && data.buffer.byteLength > data.length + keptParentBytesMax)
      this.correlationData = Buffer.from(data)
  }
}
