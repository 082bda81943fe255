import type { WillPacket } from '@parley/mqtt-wire'
import { Message } from '../broker/message.js'
import type { Publisher } from '../rules/enhance.js'

/** What a client wants published when its connection ends without DISCONNECT [MQTT-3.1.2-8]. */
export interface Will {
  readonly packet: WillPacket
  readonly publisher: Publisher
}

export function willDelayS(will: Will): number {
  return will.packet.properties?.willDelayInterval ?? 0
}

/** The will as a message; it counts as received when it is published. */
export function willMessage(will: Will, nowMs: number): Message {
  const { topic, payload, qos, retain, properties } = will.packet
  return new Message({
    topic,
    payload,
    qos,
    retain,
    publisherClientId: will.publisher.id,
    publisher: will.publisher,
    origin: 'will',
    receivedAtMs: nowMs,
    properties
  })
}
