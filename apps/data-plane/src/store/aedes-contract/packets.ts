import type { Qos } from '@parley/mqtt-wire'
import type { Subscription } from '../../broker/match.js'
import type { Message } from '../../broker/message.js'

/** A packet as the contract has it: of a PUBLISH, what is kept; of others, what names them. */
export interface ContractPacket {
  cmd?: string
  topic?: string
  payload?: Buffer | string
  qos?: Qos
  retain?: boolean
  dup?: boolean
  messageId?: number
  /** With the counter, the name of a message, whatever its message id is. */
  brokerId?: string
  brokerCounter?: number
  clientId?: string
  properties?: unknown
}

export interface ContractClient {
  id: string
}

export interface ContractSubscription {
  topic: string
  qos: Qos
  rh?: number
  rap?: boolean
  nl?: boolean
  subscriptionIdentifier?: number
}

/** Whose copy it is. */
export interface ContractSubscriber {
  clientId: string
  qos?: Qos
}

export interface ContractWill extends ContractPacket {
  brokerId: string
  clientId: string
}

export function toSubscription({
  topic,
  qos,
  nl,
  rap,
  subscriptionIdentifier
}: ContractSubscription): Subscription {
  return {
    topicFilter: topic,
    qos,
    noLocal: nl ?? false,
    retainAsPublished: rap ?? false,
    identifier: subscriptionIdentifier
  }
}

/** Retain Handling is not kept: it acts on SUBSCRIBE, and a session that goes on does not subscribe again. */
export function toContract(subscription: Subscription): ContractSubscription {
  const { topicFilter, qos, noLocal, retainAsPublished, identifier } = subscription
  const known = { topic: topicFilter, qos, rh: 0, rap: retainAsPublished, nl: noLocal }
  return identifier === undefined ? known : { ...known, subscriptionIdentifier: identifier }
}

/** A packet of a message that the service itself stored. */
export function packetOfOurs(message: Message): ContractPacket {
  const { topic, payload, qos, retain } = message
  return { cmd: 'publish', topic, payload, qos, retain, dup: false, properties: message }
}

/** The fields that the contract keeps of a PUBLISH. */
export function packetFields(packet: ContractPacket, messageId: number | undefined): ContractPacket {
  return {
    cmd: 'publish',
    brokerId: packet.brokerId,
    brokerCounter: packet.brokerCounter,
    topic: packet.topic,
    payload: packet.payload,
    qos: packet.qos ?? 0,
    retain: packet.retain ?? false,
    dup: packet.dup ?? false,
    messageId,
    ...(packet.properties === undefined ? {} : { properties: packet.properties })
  }
}
