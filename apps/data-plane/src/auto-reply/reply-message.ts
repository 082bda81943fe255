import type { Qos } from '@parley/mqtt-wire'
import { Message } from '../broker/message.js'

export interface ReplyFields {
  /** The Response Topic of the request. */
  topic: string
  body: string
  /** The QoS at which the responder was delivered the request. */
  qos: Qos
  correlationData: Buffer | undefined
  /** What remains of the request's expiry, in seconds. */
  secondsLeft: number | undefined
  nowMs: number
}

/** A reply: JSON, never retained, without a Response Topic of its own, so that it cannot loop (design §6). */
export function replyMessage(fields: ReplyFields): Message {
  return new Message({
    topic: fields.topic,
    payload: Buffer.from(fields.body),
    qos: fields.qos,
    retain: false,
    publisherClientId: '',
    origin: 'reply',
    receivedAtMs: fields.nowMs,
    properties: {
      payloadFormatIndicator: 1,
      messageExpiryInterval: fields.secondsLeft,
      contentType: 'application/json',
      correlationData: fields.correlationData
    }
  })
}
