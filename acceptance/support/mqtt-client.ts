import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt'
import type { Cleanups } from './cleanups.js'
import { until } from './conditions.js'

export type Qos = 0 | 1 | 2
export type Version = 3 | 4 | 5
export type PublishProperties = NonNullable<IPublishPacket['properties']>

/** A message as it arrived. */
export interface Received {
  topic: string
  text: string
  qos: Qos
  retain: boolean
  properties: PublishProperties
  /** When, by `performance.now()`. */
  atMs: number
}

export interface ClientOptions extends Omit<IClientOptions, 'protocolVersion'> {
  /** 3: MQTT 3.1, 4: 3.1.1, 5: 5.0. */
  version: Version
}

let clients = 0

/** An MQTT.js client that keeps what it receives, acknowledges by itself and never reconnects. */
export class Client {
  readonly id: string
  readonly received: Received[] = []
  readonly #mqtt: MqttClient
  #closes = 0

  private constructor(id: string, client: MqttClient) {
    this.id = id
    this.#mqtt = client
    client.on('message', (topic, payload, { qos, retain, properties }) => {
      const atMs = performance.now()
      this.received.push({ topic, text: payload.toString(), qos, retain, properties: properties ?? {}, atMs })
    })
    client.on('close', () => {
      this.#closes++
    })
    // Also says why a connection closed; what matters is that it did.
    client.on('error', () => undefined)
  }

  /** Connects to `mqtt://` or `ws://`; rejects when it is refused. */
  static async connect(url: string, options: ClientOptions, cleanups: Cleanups): Promise<Client> {
    const { version, ...rest } = options
    const clientId = options.clientId ?? `client-${process.pid}-${++clients}`
    const client = mqtt.connect(url, {
      reconnectPeriod: 0,
      protocolVersion: version,
      ...(version === 3 ? { protocolId: 'MQIsdp' } : {}),
      ...rest,
      clientId
    })
    cleanups.add(() => client.endAsync(true))
    const connected = new Client(clientId, client)
    await accepted(client)
    return connected
  }

  get connected(): boolean {
    return this.#mqtt.connected && this.#closes === 0
  }

  /** Answers the granted QoS, or the reason of the refusal (0x80 and above). */
  async subscribe(filter: string, qos: Qos): Promise<number> {
    const [grant] = await this.#mqtt.subscribeAsync(filter, { qos })
    return grant!.qos
  }

  /** Resolves when the publish is complete: acknowledged, unless at QoS 0. */
  async publish(topic: string, payload: string, qos: Qos, properties?: PublishProperties): Promise<void> {
    await this.#mqtt.publishAsync(topic, payload, properties ? { qos, properties } : { qos })
  }

  async publishBytes(topic: string, payload: Uint8Array, qos: Qos): Promise<void> {
    await this.#mqtt.publishAsync(topic, Buffer.from(payload), { qos })
  }

  /** Leaves a retained message; an empty one takes it away. */
  async retain(topic: string, payload: string): Promise<void> {
    await this.#mqtt.publishAsync(topic, payload, { qos: 1, retain: true })
  }

  /** Waits for the `count`th message on this topic and answers it. */
  async message(topic: string, count = 1, timeoutMs?: number): Promise<Received> {
    const those = () => this.received.filter((message) => message.topic === topic)
    await until(`${this.id} gets message ${count} on ${topic}`, () => those().length >= count, timeoutMs)
    return those()[count - 1]!
  }

  async disconnect(): Promise<void> {
    await this.#mqtt.endAsync()
  }
}

/** Resolves with the CONNACK that lets it in; rejects with the refusal. */
function accepted(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('error', reject)
    client.once('close', () => reject(new Error('the connection was closed')))
  })
}
