import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { BenchError } from './bench-error.js'
import type { PersistentBroker } from './persistent-broker.js'

const messages = 100
const arrivalTimeoutMs = 10_000
const clientId = 'session-check'
const topic = 'session-check/messages'

/**
 * Throws unless the sessions of this broker are really kept: of a client that leaves, messages that come meanwhile survive a
 * restart of the process, and the client finds its session and all of them, in order, when it is back.
 */
export async function checkSessions(broker: PersistentBroker): Promise<void> {
  const client = await open(broker, { clientId, clean: false })
  await client.subscribeAsync(topic, { qos: 1 })
  await client.endAsync()
  const publisher = await open(broker, { clean: true })
  for (let number = 0; number < messages; number++)
    await publisher.publishAsync(topic, `${number}`, { qos: 1 })
  await publisher.endAsync()
  await broker.restart()
  await checkReturn(broker)
}

async function checkReturn(broker: PersistentBroker): Promise<void> {
  const received: string[] = []
  const client = newClient(broker, { clientId, clean: false })
  const back = new Promise<boolean>((resolve, reject) => {
    client.once('connect', ({ sessionPresent }) => resolve(sessionPresent))
    client.once('error', reject)
  })
  const all = new Promise<void>((resolve) => {
    client.on('message', (_topic, payload) => {
      if (received.push(payload.toString()) === messages) resolve()
    })
  })
  const sessionPresent = await back
  const timeout = setTimeout(() => client.end(true), arrivalTimeoutMs)
  await Promise.race([all, new Promise<void>((resolve) => client.once('close', () => resolve()))])
  clearTimeout(timeout)
  await client.endAsync()
  const inOrder = received.every((text, number) => text === `${number}`)
  if (sessionPresent && inOrder && received.length === messages) return
  throw new BenchError(
    `${broker.name} kept no session over a restart: session present ${sessionPresent}, ` +
      `${received.length} of ${messages} messages, ${inOrder ? '' : 'not '}in order.`
  )
}

function newClient({ port }: PersistentBroker, options: IClientOptions): MqttClient {
  return mqtt.connect(`mqtt://127.0.0.1:${port}`, { protocolVersion: 4, reconnectPeriod: 0, ...options })
}

function open(broker: PersistentBroker, options: IClientOptions): Promise<MqttClient> {
  const client = newClient(broker, options)
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve(client))
    client.once('error', reject)
  })
}
