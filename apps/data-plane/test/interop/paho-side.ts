import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Qos } from '@parley/mqtt-wire'
import { eventually } from '@parley/testkit'
import { expect } from 'vitest'
import type { TestInstance } from '../support/data-plane.js'
import { LineProcess } from './line-process.js'
import { type Exchanged, newClientId, type Side } from './side.js'

/** Debian's own Python: the packages of the system are not in others. */
const python = '/usr/bin/python3'
const program = fileURLToPath(new URL('paho_clients.py', import.meta.url))

export const pahoInstalled = spawnSync(python, ['-c', 'import paho.mqtt.client']).status === 0

type PahoEvent = { client: string } & (
  | { event: 'connected'; code: number }
  | { event: 'published' }
  | ({ event: 'message' } & Exchanged)
)

/** One Python process with all Paho clients of an instance. */
class PahoClients {
  readonly #port: number
  readonly #events: PahoEvent[] = []
  readonly #process = new LineProcess(python, ['-u', program], (line) =>
    this.#events.push(JSON.parse(line) as PahoEvent)
  )

  constructor(port: number) {
    this.#port = port
  }

  async connect(version: string): Promise<string> {
    const client = newClientId('paho')
    this.#tell('connect', client, version, this.#port)
    await eventually(() => expect(this.#of(client)).toEqual([{ event: 'connected', client, code: 0 }]))
    return client
  }

  subscribe(client: string, topicFilter: string, qos: Qos): void {
    this.#tell('subscribe', client, topicFilter, qos)
  }

  /** Waits until the handshake is over; at QoS 0, until it is written. */
  async publish(client: string, { topic, payload, qos }: Exchanged): Promise<void> {
    const before = this.#published(client)
    this.#tell('publish', client, topic, payload, qos)
    await eventually(() => expect(this.#published(client)).toBe(before + 1))
  }

  received(client: string): Exchanged[] {
    return this.#of(client).flatMap((event) => {
      if (event.event !== 'message') return []
      const { topic, payload, qos } = event
      return [{ topic, payload, qos }]
    })
  }

  #published(client: string): number {
    return this.#of(client).filter(({ event }) => event === 'published').length
  }

  #of(name: string): PahoEvent[] {
    return this.#events.filter(({ client }) => client === name)
  }

  #tell(...command: (string | number)[]): void {
    this.#process.write(JSON.stringify(command))
  }
}

const running = new WeakMap<TestInstance, PahoClients>()

function pahoClients(instance: TestInstance): PahoClients {
  const known = running.get(instance) ?? new PahoClients(instance.port)
  running.set(instance, known)
  return known
}

export const pahoSides: readonly Side[] = ['3.1', '3.1.1', '5.0'].map((version) => ({
  name: `Paho ${version}`,
  installed: pahoInstalled,
  async receive(instance, topicFilter, qos) {
    const clients = pahoClients(instance)
    const client = await clients.connect(version)
    clients.subscribe(client, topicFilter, qos)
    return () => clients.received(client)
  },
  async publish(instance, messages) {
    const clients = pahoClients(instance)
    const client = await clients.connect(version)
    for (const message of messages) await clients.publish(client, message)
  }
}))
