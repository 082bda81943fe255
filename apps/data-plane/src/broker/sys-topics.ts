import type { InstanceBroker } from './instance-broker.js'
import { Message } from './message.js'

/** How often the figures of an instance are published to who reads them. */
const intervalMs = 10_000
const msPerSecond = 1000

/**
 * What an instance tells its own clients about itself on this node, below `$SYS/<instanceId>/`, beside Aedes' heartbeat:
 * plain numbers at QoS 0. Clients read it and never write there.
 */
export class SysTopics {
  readonly #broker: InstanceBroker
  readonly #startedAtMs = Date.now()
  #lastMs = 0

  constructor(broker: InstanceBroker) {
    this.#broker = broker
  }

  /** Called with every sweep; publishes when it is time. */
  onSweep(nowMs: number): void {
    if (nowMs - this.#lastMs < intervalMs) return
    this.#lastMs = nowMs
    const { connectedClients, counters, id, index } = this.#broker
    const figures: Record<string, number> = {
      uptime: Math.floor((nowMs - this.#startedAtMs) / msPerSecond),
      'clients/connected': connectedClients,
      'messages/received': counters.messagesIn,
      'messages/sent': counters.messagesOut,
      'replies/published': counters.repliesPublished
    }
    for (const [name, value] of Object.entries(figures)) {
      const topic = `$SYS/${id}/${name}`
      const { entries, groups } = index.match(topic)
      if (entries.length > 0 || groups.length > 0) this.#publish(topic, value, nowMs)
    }
  }

  #publish(topic: string, value: number, nowMs: number): void {
    const message = new Message({
      topic,
      payload: Buffer.from(`${value}`),
      qos: 0,
      retain: false,
      publisherClientId: '',
      origin: 'broker',
      receivedAtMs: nowMs,
      properties: undefined
    })
    this.#broker.publishMessage(message, (error) => {
      if (error) this.#broker.log.warn({ err: error, topic }, 'a figure was not published')
    })
  }
}
