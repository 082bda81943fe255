import { Readable } from 'node:stream'
import { topicMatchesFilter } from '@parley/mqtt-wire'
import { type MatchEntry, newEntry, type Subscription } from '../../broker/match.js'
import { Message } from '../../broker/message.js'
import type { SubscriptionIndex } from '../../broker/subscription-index.js'
import type { Delivery } from '../../session/delivery.js'
import type { Session } from '../../session/session.js'
import type { SessionStore } from '../session-store.js'
import { stored } from '../stored-step.js'
import {
  type ContractClient,
  type ContractPacket,
  type ContractSubscriber,
  type ContractSubscription,
  type ContractWill,
  packetFields,
  packetOfOurs,
  toContract,
  toSubscription
} from './packets.js'
import { ContractSessions } from './sessions.js'

/**
 * Aedes' persistence contract, translated into sessions, deliveries and messages of the session store. The service's own
 * clients do not come this way: client handling is ours, and speaks to the store itself. So a client of the contract has no
 * connection here.
 */
export class AedesContract {
  protected readonly store: SessionStore
  protected readonly index: SubscriptionIndex
  readonly #sessions: ContractSessions
  /** What a packet of the contract carries and a message of ours does not. */
  readonly #packets = new WeakMap<Message, ContractPacket>()
  /** The contract chooses packet ids by itself, in any order; those of a session are given out by the store. */
  readonly #messageIds = new WeakMap<Delivery, number>()
  /** The store keeps the packet ids of received QoS 2 messages: the service publishes them when they come. */
  readonly #incoming = new WeakMap<Session, Map<number, ContractPacket>>()
  readonly #wills = new Map<string, ContractWill>()
  #broker: { id: string } | undefined
  #destroyed = false

  constructor(store: SessionStore, index: SubscriptionIndex) {
    this.store = store
    this.index = index
    this.#sessions = new ContractSessions(store)
  }

  get broker(): { id: string } | undefined {
    return this.#broker
  }

  /** Aedes insists on an async function. */
  async setup(broker: { id: string }): Promise<void> {
    this.#broker = broker
  }

  async destroy(): Promise<void> {
    if (this.#destroyed) throw new Error('destroyed twice')
    this.#destroyed = true
    this.#sessions.leaveAll()
  }

  createRetainedStream(pattern: string): Readable {
    return this.createRetainedStreamCombi([pattern])
  }

  createRetainedStreamCombi(patterns: string[]): Readable {
    return Readable.from(this.#retained(patterns))
  }

  async addSubscriptions(client: ContractClient, subscriptions: ContractSubscription[]): Promise<void> {
    const session = await this.#sessions.open(client.id)
    for (const asked of subscriptions) {
      const subscription = toSubscription(asked)
      this.index.add(session, subscription)
      await stored((done) => this.store.subscribe(session, subscription, done))
    }
  }

  async removeSubscriptions(client: ContractClient, topics: string[]): Promise<void> {
    const session = await this.#sessions.find(client.id)
    if (!session) return
    for (const topic of topics) {
      this.index.remove(session, topic)
      await stored((done) => this.store.unsubscribe(session, topic, done))
    }
  }

  async cleanSubscriptions(client: ContractClient): Promise<void> {
    const session = await this.#sessions.find(client.id)
    if (session) await this.removeSubscriptions(client, [...session.subscriptions.keys()])
  }

  async subscriptionsByClient(client: ContractClient): Promise<ContractSubscription[]> {
    const session = await this.#sessions.find(client.id)
    return session ? [...session.subscriptions.values()].map(toContract) : []
  }

  /** One for every matching subscription above QoS 0; where two of one client match, the one with a wildcard comes first. */
  matchingSubscriptions(topic: string): (ContractSubscription & ContractSubscriber)[] {
    return this.index.match(topic).entries.flatMap(({ session }) =>
      [...session.subscriptions.values()]
        .filter(({ qos, topicFilter }) => qos > 0 && topicMatchesFilter(topicFilter, topic))
        .sort((one, other) => Number(hasWildcard(other)) - Number(hasWildcard(one)))
        .map((subscription) => ({ clientId: session.clientId, ...toContract(subscription) }))
    )
  }

  async countOffline(): Promise<{ subsCount: number; clientsCount: number }> {
    const subscribed = this.#sessions.all.filter(({ subscriptions }) => subscriptions.size > 0)
    const subscriptions = subscribed.flatMap((session) => [...session.subscriptions.values()])
    return { subsCount: subscriptions.filter(({ qos }) => qos > 0).length, clientsCount: subscribed.length }
  }

  getClientList(topic: string): Readable {
    const sessions = this.#sessions.all.filter(({ subscriptions }) => subscriptions.has(topic))
    return Readable.from(sessions.map(({ clientId }) => clientId))
  }

  async outgoingEnqueue(subscriber: ContractSubscriber, packet: ContractPacket): Promise<void> {
    await this.enqueueMessage([subscriber], this.messageOf(packet))
  }

  /** Gives a waiting message the packet id under which it is sent, or notes that only its PUBREL is left. */
  async outgoingUpdate(client: ContractClient, packet: ContractPacket): Promise<void> {
    const session = await this.#sessions.find(client.id)
    const delivery = session && this.#deliveryOf(session, packet)
    if (!delivery || packet.messageId === undefined) throw noSuchPacket()
    this.#send(session, delivery)
    if (packet.cmd === 'pubrel') await stored((done) => this.store.release(session, delivery, done))
    else this.#messageIds.set(delivery, packet.messageId)
    await this.#allStored()
  }

  async outgoingClearMessageId(
    client: ContractClient,
    { messageId }: ContractPacket
  ): Promise<ContractPacket | undefined> {
    const session = await this.#sessions.find(client.id)
    const delivery = session && this.#byMessageId(session, messageId)
    if (!delivery) return undefined
    const packet = this.#outgoingPacket(delivery)
    this.#send(session, delivery)
    this.store.finish(session, delivery)
    this.store.clear(session, delivery)
    await this.#allStored()
    return packet
  }

  outgoingStream(client: ContractClient): Readable {
    return Readable.from(this.#outgoing(client.id))
  }

  async incomingStorePacket(client: ContractClient, packet: ContractPacket): Promise<void> {
    const session = await this.#sessions.open(client.id)
    const messageId = packet.messageId!
    let packets = this.#incoming.get(session)
    if (!packets) {
      packets = new Map()
      this.#incoming.set(session, packets)
    }
    packets.set(messageId, packetFields(packet, messageId))
    await stored((done) => this.store.receive(session, messageId, done))
  }

  async incomingGetPacket(client: ContractClient, { messageId }: ContractPacket): Promise<ContractPacket> {
    const session = await this.#sessions.find(client.id)
    if (!session?.received.has(messageId!)) throw noSuchPacket()
    return this.#incoming.get(session)?.get(messageId!) ?? { cmd: 'publish', messageId: messageId! }
  }

  async incomingDelPacket(client: ContractClient, { messageId }: ContractPacket): Promise<void> {
    const session = await this.#sessions.find(client.id)
    if (!session?.received.has(messageId!)) throw noSuchPacket()
    this.#incoming.get(session)?.delete(messageId!)
    await stored((done) => this.store.complete(session, messageId!, done))
  }

  async cleanIncoming(client: ContractClient): Promise<void> {
    const session = await this.#sessions.find(client.id)
    if (!session) return
    this.#incoming.delete(session)
    for (const messageId of [...session.received]) {
      await stored((done) => this.store.complete(session, messageId, done))
    }
  }

  /** Marks the packet itself, as the contract wants it. */
  async putWill(client: ContractClient, packet: ContractPacket): Promise<void> {
    this.#wills.set(client.id, Object.assign(packet, { brokerId: this.#broker!.id, clientId: client.id }))
  }

  async getWill(client: ContractClient): Promise<ContractWill | undefined> {
    return this.#wills.get(client.id)
  }

  async delWill(client: ContractClient): Promise<ContractWill | undefined> {
    const will = this.#wills.get(client.id)
    this.#wills.delete(client.id)
    return will
  }

  /** Wills of brokers that are not among these. The service's own wills are not here: Aedes' sweep finds none. */
  streamWill(brokers: Record<string, unknown> = {}): Readable {
    return Readable.from([...this.#wills.values()].filter(({ brokerId }) => !brokers[brokerId]))
  }

  /** The pipeline waits for a retained message with the step that follows; nobody does here. */
  protected async retainMessage(message: Message): Promise<void> {
    await stored((done) => this.store.retain(message, done))
    await this.#allStored()
  }

  /** Queues a copy for each of them, as the packet's QoS and the subscriber's allow. */
  protected async enqueueMessage(
    subscribers: readonly ContractSubscriber[],
    message: Message
  ): Promise<void> {
    const entries: MatchEntry[] = []
    for (const { clientId, qos = message.qos } of subscribers) {
      const subscription = toSubscription({ topic: message.topic, qos })
      entries.push(newEntry(await this.#sessions.open(clientId), [subscription], undefined))
    }
    await stored((done) => this.store.enqueuePersistent(entries, message, done))
  }

  /** The message in a packet, ours where it has one. What else the packet says is remembered, for its way back. */
  protected messageOf(packet: ContractPacket): Message {
    if (packet.properties instanceof Message) return packet.properties
    const message = new Message({
      topic: packet.topic!,
      payload: Buffer.from(packet.payload ?? ''),
      qos: packet.qos ?? 0,
      retain: packet.retain ?? false,
      publisherClientId: packet.clientId ?? '',
      origin: 'broker',
      receivedAtMs: Date.now(),
      properties: undefined
    })
    this.#packets.set(message, { ...packet })
    return message
  }

  *#retained(patterns: string[]): Generator<ContractPacket> {
    for (const pattern of patterns) {
      for (const message of this.store.retained(pattern)) {
        yield this.#packets.get(message) ?? packetOfOurs(message)
      }
    }
  }

  async *#outgoing(clientId: string): AsyncGenerator<ContractPacket> {
    const session = await this.#sessions.find(clientId)
    for (const delivery of session ? deliveries(session) : []) yield this.#outgoingPacket(delivery)
  }

  #outgoingPacket(delivery: Delivery): ContractPacket {
    const messageId = this.#messageIds.get(delivery)
    if (delivery.phase === 'released') return { cmd: 'pubrel', messageId: messageId! }
    const { message, qos } = delivery
    const packet = this.#packets.get(message) ?? packetOfOurs(message)
    return { ...packetFields(packet, messageId), qos }
  }

  #deliveryOf(session: Session, packet: ContractPacket): Delivery | undefined {
    if (packet.cmd === 'pubrel') return this.#byMessageId(session, packet.messageId)
    return deliveries(session).find(({ message }) => {
      const known = this.#packets.get(message)
      if (!known) return message === packet.properties
      return known.brokerId === packet.brokerId && known.brokerCounter === packet.brokerCounter
    })
  }

  #byMessageId(session: Session, messageId: number | undefined): Delivery | undefined {
    if (messageId === undefined) return undefined
    return deliveries(session).find((delivery) => this.#messageIds.get(delivery) === messageId)
  }

  /** Takes it out of the queue: what the store calls inflight. What waits before it goes the same way. */
  #send(session: Session, delivery: Delivery): void {
    while (delivery.phase === 'queued') {
      if (!this.store.takeNext(session)) throw new Error('no packet id is free')
    }
  }

  #allStored(): Promise<void> {
    return stored((done) => this.store.whenStored(done))
  }
}

function noSuchPacket(): Error {
  return new Error('no such packet')
}

function hasWildcard({ topicFilter }: Subscription): boolean {
  return topicFilter.includes('+') || topicFilter.includes('#')
}

/** What is inflight, then what waits. */
function deliveries(session: Session): Delivery[] {
  return [...session.inflight.values(), ...session.queued()]
}
