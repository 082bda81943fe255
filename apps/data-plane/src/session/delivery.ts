import type { Qos } from '@parley/mqtt-wire'
import type { MatchEntry } from '../broker/match.js'
import type { Message } from '../broker/message.js'
import { nextSequence } from '../broker/message-id.js'

/** Where an outbound QoS 1 or 2 delivery stands (§4.3 of MQTT 5.0, sender). */
export type DeliveryPhase = 'queued' | 'published' | 'released'

/** One copy of a message on its way to one client. At QoS 2 it outlives PUBREC: the reply is made from it. */
export interface Delivery {
  readonly message: Message
  readonly qos: 1 | 2
  readonly retain: boolean
  readonly identifiers: number[] | undefined
  /** Sent because the client subscribed, not because somebody published. */
  readonly fromRetained: boolean
  /** Tells copies of one retained message apart: each subscription, and each time it is made, brings one. */
  readonly retainedCopy: string
  /** The shared subscription whose copy this is: it goes to another member when this session ends. */
  readonly share: string | undefined
  phase: DeliveryPhase
  /** 0 while queued. */
  packetId: number
  /** Its number in the session, given by a store that outlives the process; 0 elsewhere. */
  seq: number
  /** Seconds left when it was sent, as a v5 subscriber gets it; undefined when the message does not expire. */
  secondsLeft: number | undefined
}

/** A queued copy of a message. The retain flag survives only for Retain As Published [MQTT-3.3.1-12]. */
export function newDelivery(
  message: Message,
  qos: 1 | 2,
  entry: Pick<MatchEntry, 'retainAsPublished' | 'identifiers' | 'share'>,
  fromRetained: boolean
): Delivery {
  return {
    message,
    qos,
    retain: fromRetained || (message.retain && entry.retainAsPublished),
    identifiers: entry.identifiers,
    fromRetained,
    retainedCopy: fromRetained ? `!${nextSequence()}` : '',
    share: entry.share?.name,
    phase: 'queued',
    packetId: 0,
    seq: 0,
    secondsLeft: undefined
  }
}

/** min(publish QoS, granted QoS): the effective QoS of a delivery. */
export function effectiveQos(published: Qos, granted: Qos): Qos {
  return published < granted ? published : granted
}
