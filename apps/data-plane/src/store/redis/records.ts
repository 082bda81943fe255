import type { Subscription } from '../../broker/match.js'
import { Message, type MessageOrigin } from '../../broker/message.js'
import type { Delivery, DeliveryPhase } from '../../session/delivery.js'
import type { Will } from '../../session/will.js'

/** A message as it is written down: a JSON head with what is not the payload, its length in front, then the payload. */
interface MessageHead {
  /** Message id: receipt time and sequence come back out of it. */
  id: string
  t: string
  q: 0 | 1 | 2
  r?: 1
  p: string
  /** Username and address of the publisher. */
  pu?: string
  ph: string
  o: MessageOrigin
  at: number
  f?: 0 | 1
  e?: number
  c?: string
  rt?: string
  /** The Response Topic is the operator's word. */
  k?: 1
  d?: string
  u?: [key: string, value: string][]
}

const headLengthBytes = 4
const written = new WeakMap<Message, Buffer>()

/** Written once per message, however many sessions keep a copy. */
export function encodeMessage(message: Message): Buffer {
  const known = written.get(message)
  if (known) return known
  const { correlationData, userProperties } = message
  const head: MessageHead = {
    id: message.id,
    t: message.topic,
    q: message.qos,
    p: message.publisherClientId,
    ph: message.publisherHost,
    o: message.origin,
    at: message.receivedAtMs
  }
  if (message.publisherUsername !== null) head.pu = message.publisherUsername
  if (message.retain) head.r = 1
  if (message.payloadFormatIndicator !== undefined) head.f = message.payloadFormatIndicator
  if (message.messageExpiryInterval !== undefined) head.e = message.messageExpiryInterval
  if (message.contentType !== undefined) head.c = message.contentType
  if (message.responseTopic !== undefined) head.rt = message.responseTopic
  if (message.responseTopicOrigin === 'constants') head.k = 1
  if (correlationData !== undefined) head.d = correlationData.toString('base64')
  if (userProperties !== undefined) head.u = userProperties.map(({ key, value }) => [key, value])
  const text = JSON.stringify(head)
  const headLength = Buffer.byteLength(text)
  const record = Buffer.allocUnsafe(headLengthBytes + headLength + message.payload.length)
  record.writeUInt32BE(headLength, 0)
  record.write(text, headLengthBytes)
  message.payload.copy(record, headLengthBytes + headLength)
  written.set(message, record)
  return record
}

export function decodeMessage(record: Buffer): Message {
  const headEnd = headLengthBytes + record.readUInt32BE(0)
  const head = JSON.parse(record.toString('utf8', headLengthBytes, headEnd)) as MessageHead
  const message = new Message({
    topic: head.t,
    payload: record.subarray(headEnd),
    qos: head.q,
    retain: head.r === 1,
    publisherClientId: head.p,
    publisher: { username: head.pu ?? null, clientHost: head.ph },
    origin: head.o,
    receivedAtMs: head.at,
    id: head.id,
    properties: {
      payloadFormatIndicator: head.f,
      messageExpiryInterval: head.e,
      contentType: head.c,
      responseTopic: head.rt,
      correlationData: head.d === undefined ? undefined : Buffer.from(head.d, 'base64'),
      userProperties: head.u?.map(([key, value]) => ({ key, value }))
    }
  })
  if (head.k === 1) message.responseTopicOrigin = 'constants'
  return message
}

/** What is a delivery's own, beside its message. */
interface DeliveryHead {
  q: 1 | 2
  r?: 1
  i?: number[]
  fr?: 1
  rc?: string
  s?: string
}

/** The name of a copy: one per message and session, and one more for each shared subscription. */
export function deliveryName({ message, share, retainedCopy }: Delivery): string {
  return `${message.id}${retainedCopy}${share ?? ''}`
}

const deliveryLengthBytes = 4

export function encodeDelivery(delivery: Delivery): Buffer {
  const head: DeliveryHead = { q: delivery.qos }
  if (delivery.retain) head.r = 1
  if (delivery.identifiers) head.i = delivery.identifiers
  if (delivery.fromRetained) head.fr = 1
  if (delivery.retainedCopy !== '') head.rc = delivery.retainedCopy
  if (delivery.share !== undefined) head.s = delivery.share
  const text = JSON.stringify(head)
  const length = Buffer.byteLength(text)
  const message = encodeMessage(delivery.message)
  const record = Buffer.allocUnsafe(deliveryLengthBytes + length + message.length)
  record.writeUInt32BE(length, 0)
  record.write(text, deliveryLengthBytes)
  message.copy(record, deliveryLengthBytes + length)
  return record
}

/** A copy as the script keeps it: `<seq> <p|r> <bytes> <record>`, `r` once PUBREC came. */
export interface StoredDelivery {
  seq: number
  delivery: Delivery
}

const space = 0x20
const released = 0x72

export function decodeStored(value: Buffer): StoredDelivery {
  const seqEnd = value.indexOf(space)
  const phase: DeliveryPhase = value[seqEnd + 1] === released ? 'released' : 'published'
  const record = value.subarray(value.indexOf(space, seqEnd + 3) + 1)
  const headEnd = deliveryLengthBytes + record.readUInt32BE(0)
  const head = JSON.parse(record.toString('utf8', deliveryLengthBytes, headEnd)) as DeliveryHead
  return {
    seq: Number(value.toString('latin1', 0, seqEnd)),
    delivery: {
      message: decodeMessage(record.subarray(headEnd)),
      qos: head.q,
      retain: head.r === 1,
      identifiers: head.i,
      fromRetained: head.fr === 1,
      retainedCopy: head.rc ?? '',
      share: head.s,
      phase,
      packetId: 0,
      seq: 0,
      secondsLeft: undefined
    }
  }
}

export function encodeSubscription(subscription: Subscription): string {
  const { qos, noLocal, retainAsPublished, identifier } = subscription
  return JSON.stringify([qos, noLocal ? 1 : 0, retainAsPublished ? 1 : 0, identifier ?? 0])
}

export function decodeSubscription(topicFilter: string, options: string): Subscription {
  const [qos, noLocal, retainAsPublished, identifier] = JSON.parse(options) as [
    0 | 1 | 2,
    number,
    number,
    number
  ]
  return {
    topicFilter,
    qos,
    noLocal: noLocal === 1,
    retainAsPublished: retainAsPublished === 1,
    identifier: identifier === 0 ? undefined : identifier
  }
}

export function encodeWill({ packet, publisher }: Will): string {
  const { correlationData, ...properties } = packet.properties ?? {}
  return JSON.stringify({
    packet: {
      ...packet,
      payload: packet.payload.toString('base64'),
      properties: packet.properties && { ...properties, correlationData: correlationData?.toString('base64') }
    },
    publisher
  })
}

export function decodeWill(text: string): Will {
  const { packet, publisher } = JSON.parse(text)
  const { properties } = packet
  if (properties?.correlationData !== undefined) {
    properties.correlationData = Buffer.from(properties.correlationData, 'base64')
  }
  return { packet: { ...packet, payload: Buffer.from(packet.payload, 'base64') }, publisher }
}
