import type { Reply } from '@parley/contracts'
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt'
import { step } from './demo-error.js'

export type Properties = NonNullable<IPublishPacket['properties']>

/** A reply as the requester got it. */
export interface ArrivedReply {
  json: string
  properties: Properties
}

const speaks = { 4: '3.1.1', 5: '5.0' } as const

/** One MQTT client of the scene: it acknowledges what it gets, as any client does, and never answers by itself. */
export class Actor {
  readonly clientId: string
  readonly speaks: string
  readonly #client: MqttClient

  private constructor(client: MqttClient, clientId: string, version: 4 | 5) {
    this.#client = client
    this.clientId = clientId
    this.speaks = speaks[version]
  }

  static async connect(host: string, port: number, version: 4 | 5, clientId: string): Promise<Actor> {
    const client = mqtt.connect({ host, port, protocolVersion: version, clientId, reconnectPeriod: 0 })
    try {
      await step(`Connecting ${clientId} to port ${port}`, accepted(client))
    } catch (error) {
      client.end(true)
      throw error
    }
    return new Actor(client, clientId, version)
  }

  async subscribe(filter: string): Promise<void> {
    await step(`Subscribing to ${filter}`, this.#client.subscribeAsync(filter, { qos: 1 }))
  }

  async publish(topic: string, payload: string, properties?: Properties): Promise<void> {
    const options = properties ? { qos: 1 as const, properties } : { qos: 1 as const }
    await step(`The acknowledgement of ${topic}`, this.#client.publishAsync(topic, payload, options))
  }

  /** The next request that this client gets: its text. Listen before it is sent. */
  request(topic: string, payload: string): Promise<string> {
    return this.#next((arrivedTopic, text) => (arrivedTopic === topic && text === payload ? text : undefined))
  }

  /** The next reply of this responder on this topic. Listen before the request is sent. */
  reply(topic: string, responder: Actor): Promise<ArrivedReply> {
    return this.#next((arrivedTopic, json, properties) => {
      if (arrivedTopic !== topic) return undefined
      const { subscriberClientId } = JSON.parse(json) as Reply
      return subscriberClientId === responder.clientId ? { json, properties } : undefined
    })
  }

  async leave(): Promise<void> {
    await this.#client.endAsync()
  }

  #next<T>(take: (topic: string, text: string, properties: Properties) => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const onMessage = (topic: string, payload: Buffer, packet: IPublishPacket): void => {
        try {
          const taken = take(topic, payload.toString(), packet.properties ?? {})
          if (taken === undefined) return
          this.#client.off('message', onMessage)
          resolve(taken)
        } catch (error) {
          reject(error)
        }
      }
      this.#client.on('message', onMessage)
    })
  }
}

/** Resolves with the CONNACK that lets it in; rejects with the refusal. */
function accepted(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve())
    // Stays: an error after this closes the connection, and the step that waits says what did not happen.
    client.on('error', reject)
    client.once('close', () => reject(new Error('the connection was closed')))
  })
}
