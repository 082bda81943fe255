import type { Connection } from '../session/connection.js'
import type { InstanceBroker } from './instance-broker.js'
import type { Subscription } from './match.js'
import { Message } from './message.js'

/** Where an instance's own clients can watch each other come and go: JSON, QoS 0, nothing retained. */
const eventTopics = {
  connected: '$events/client_connected',
  disconnected: '$events/client_disconnected',
  subscribed: '$events/session_subscribed',
  unsubscribed: '$events/session_unsubscribed'
} as const

/** Tells what happens to the clients of one instance. Nothing is written while nobody listens. */
export class ClientEvents {
  readonly #broker: InstanceBroker
  readonly #node: string

  constructor(broker: InstanceBroker, node: string) {
    this.#broker = broker
    this.#node = node
  }

  onConnected(connection: Connection, sessionPresent: boolean): void {
    if (!this.#isWatched(eventTopics.connected)) return
    this.#publish(eventTopics.connected, {
      ...this.#client(connection),
      keepalive: connection.keepAliveS,
      clean_start: connection.cleanStart,
      session_present: sessionPresent,
      expiry_interval: connection.session!.expiryS,
      connected_at: connection.openedAtMs
    })
  }

  /** `reason`: `normal`, `connection_lost`, or why the server closed it. */
  onDisconnected(connection: Connection, reason: string): void {
    if (!this.#isWatched(eventTopics.disconnected)) return
    this.#publish(eventTopics.disconnected, {
      ...this.#client(connection),
      reason,
      connected_at: connection.openedAtMs,
      disconnected_at: Date.now()
    })
  }

  onSubscribed(connection: Connection, subscription: Subscription): void {
    if (!this.#isWatched(eventTopics.subscribed)) return
    this.#publish(eventTopics.subscribed, {
      ...this.#client(connection),
      topic: subscription.topicFilter,
      qos: subscription.qos,
      no_local: subscription.noLocal,
      retain_as_published: subscription.retainAsPublished,
      subscription_identifier: subscription.identifier ?? null
    })
  }

  onUnsubscribed(connection: Connection, topicFilter: string): void {
    if (!this.#isWatched(eventTopics.unsubscribed)) return
    this.#publish(eventTopics.unsubscribed, { ...this.#client(connection), topic: topicFilter })
  }

  #isWatched(topic: string): boolean {
    const { entries, groups } = this.#broker.index.match(topic)
    return entries.length > 0 || groups.length > 0
  }

  #client(connection: Connection): Record<string, unknown> {
    return {
      clientid: connection.id,
      username: connection.username,
      proto_ver: connection.protocolLevel,
      peername: connection.clientHost,
      node: this.#node,
      timestamp: Date.now()
    }
  }

  #publish(topic: string, event: Record<string, unknown>): void {
    const broker = this.#broker
    if (broker.closed) return
    const message = new Message({
      topic,
      payload: Buffer.from(JSON.stringify(event)),
      qos: 0,
      retain: false,
      publisherClientId: '',
      origin: 'broker',
      receivedAtMs: Date.now(),
      properties: { payloadFormatIndicator: 1, contentType: 'application/json' }
    })
    broker.publishMessage(message, (error) => {
      if (error) broker.log.warn({ err: error, topic }, 'a client event was not published')
    })
  }
}
