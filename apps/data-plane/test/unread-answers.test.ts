import { reasonCodes } from '@parley/mqtt-wire'
import { eventually, type MqttProbe } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { unreadBytesMax as unreadBytesMaxOf } from '../src/session/outbox.js'
import { startInstance, type TestInstance } from './support/data-plane.js'
import { connectOverWebSocket } from './support/web-socket.js'

/** A PUBLISH to `$` at QoS 1 from a v5 client: its PUBACK says why not, and is several times as long. */
const question = Buffer.from([0x32, 6, 0, 1, 0x24, 0, 1, 0])
const questionsPerChunk = 8_192
const chunk = Buffer.concat(Array.from({ length: questionsPerChunk }, () => question))
const answerBytesMax = 128
/** Their answers are more than the kernel holds of both directions. */
const chunks = 48
const keepAliveS = 10
const unreadBytesMax = unreadBytesMaxOf(1_048_576)
const silenceMs = 16_000

function pendingBytes(instance: TestInstance): number {
  return Math.max(0, ...[...instance.broker.connections].map(({ outbox }) => outbox.pendingBytes))
}

/** Asks and asks, and reads nothing; settled when the server takes no more. */
async function askWithoutReading(instance: TestInstance, client: MqttProbe): Promise<void> {
  client.stopReading()
  for (let sent = 0; sent < chunks; sent++) client.sendBytes(chunk)
  await eventually(() => expect(pendingBytes(instance)).toBeGreaterThan(unreadBytesMax), {
    timeoutMs: 10_000
  })
}

describe.each([
  { over: 'TCP', connect: (instance: TestInstance) => instance.connect({ level: 5, keepAliveS }) },
  {
    over: 'WebSocket',
    connect: (instance: TestInstance) => connectOverWebSocket(instance, { level: 5, keepAliveS })
  }
])('a client over $over that reads none of the answers it asks for', ({ connect }) => {
  it('is not listened to any more, and nobody else notices', async () => {
    const instance = await startInstance()
    const neighbour = await instance.connect()
    const client = await connect(instance)
    await askWithoutReading(instance, client)
    for (let round = 0; round < 20; round++) {
      await neighbour.expectNothing()
      expect(pendingBytes(instance)).toBeLessThan(unreadBytesMax + answerBytesMax)
    }
  })

  it('gets all of them in order when it reads on', async () => {
    const instance = await startInstance()
    const client = await connect(instance)
    await askWithoutReading(instance, client)
    client.sendBytes(Buffer.from([0xc0, 0]))
    client.readOn()
    await client.next('pingresp', 15_000)
    const answers = client.inbox
    expect(answers).toHaveLength(chunks * questionsPerChunk)
    expect(answers.every(({ type }) => type === 'puback')).toBe(true)
  })

  it('is closed when it reads nothing for one and a half keep alives', async () => {
    const instance = await startInstance()
    const client = await connect(instance)
    await askWithoutReading(instance, client)
    instance.sweepIn(silenceMs)
    expect(instance.drops('keep_alive_timeout')).toBe(0)
    instance.sweepIn(2 * silenceMs)
    expect(instance.drops('keep_alive_timeout')).toBe(1)
    client.readOn()
    await client.closed
  })
})

describe('a slow reader that is told goodbye', () => {
  it('gets nothing after its DISCONNECT, although it has room by then', async () => {
    const instance = await startInstance({ limits: { maxInflight: 1_000 } })
    const kept = { level: 5 as const, clientId: 'slow', cleanStart: false }
    const properties = { sessionExpiryInterval: 600 }
    const slow = await instance.connect({ ...kept, properties })
    await slow.subscribe('a', 1)
    slow.stopReading()
    const publisher = await instance.connect()
    for (let sent = 0; sent < 400; sent++) await publisher.publish('a', Buffer.alloc(65_536), { qos: 1 })
    const newer = await instance.connect({ ...kept, properties })
    expect(newer.connack.sessionPresent).toBe(true)
    slow.readOn()
    expect(await slow.closed).toBe(reasonCodes.sessionTakenOver)
    expect(slow.inbox.at(-1)?.type).toBe('disconnect')
  })
})
