import type { PublishPacket, Qos } from '@parley/mqtt-wire'
import { eventually, type MqttProbe } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import type { DropReason } from '../src/ops/counters.js'
import { outboxBytesMax } from '../src/session/outbox.js'
import { startInstance, type TestInstance } from './support/data-plane.js'

const readers = 50
const topic = 'fan/out'
const payloadBytes = 32_768
/** More than what the kernel holds for one connection, the outbox and the queue take together. */
const messages = 240
const queuedMessagesMax = 60
const maxInflight = 32
const arriveMs = 15_000

interface FanOut {
  instance: TestInstance
  publisher: MqttProbe
  stopped: MqttProbe
  others: MqttProbe[]
}

/** One publisher and fifty subscribers of a topic, the first of which reads nothing. */
async function withOneStopped(qos: Qos): Promise<FanOut> {
  const instance = await startInstance({ limits: { queuedMessagesMax, maxInflight } })
  const all = await Promise.all(
    Array.from({ length: readers }, async (_, index) => {
      const reader = await instance.connect({ level: index % 2 === 0 ? 4 : 5, autoAck: true })
      await reader.subscribe(topic, qos)
      return reader
    })
  )
  const [stopped, ...others] = all
  stopped!.stopReading()
  return { instance, publisher: await instance.connect(), stopped: stopped!, others }
}

function payloadOf(number: number): Buffer {
  const payload = Buffer.alloc(payloadBytes)
  payload.writeUInt32BE(number)
  return payload
}

function numberOf({ payload }: PublishPacket): number {
  return payload.readUInt32BE()
}

/** Publishes all of them, each when the others have the one before: they are quick, so that nothing waits for them. */
async function publishAll({ publisher, others }: FanOut, qos: Qos): Promise<void> {
  for (let number = 0; number < messages; number++) {
    await publisher.publish(topic, payloadOf(number), { qos })
    const received = await Promise.all(others.map((reader) => reader.next('publish', arriveMs)))
    expect(received.every((packet) => numberOf(packet) === number)).toBe(true)
  }
}

/** What the one that was stopped gets when it reads on, in order. */
async function readOn({ stopped }: FanOut): Promise<number[]> {
  stopped.readOn()
  await stopped.ping()
  const numbers = stopped.inbox.filter((packet) => packet.type === 'publish').map(numberOf)
  for (const _ of numbers) await stopped.next('publish')
  return numbers
}

const ways: { qos: Qos; reason: DropReason }[] = [
  { qos: 0, reason: 'slow_reader' },
  { qos: 1, reason: 'queue_full' }
]

describe.each(ways)('one of fifty readers that stops, at QoS $qos', ({ qos, reason }) => {
  it('costs itself messages, each counted, and the others none', async () => {
    const fanOut = await withOneStopped(qos)
    const { instance, stopped, others } = fanOut
    await publishAll(fanOut, qos)
    const dropped = instance.drops(reason)
    expect(dropped).toBeGreaterThan(0)

    const { connection, queuedMessages, inflight } = instance.broker.clients[stopped.clientId]!.session!
    expect(connection!.outbox.pendingBytes).toBeLessThan(outboxBytesMax + 2 * payloadBytes)
    expect(queuedMessages).toBeLessThanOrEqual(queuedMessagesMax)
    expect(inflight.size).toBeLessThanOrEqual(maxInflight)

    const numbers: number[] = []
    await eventually(
      async () => {
        numbers.push(...(await readOn(fanOut)))
        expect(numbers.length + dropped).toBe(messages)
      },
      { timeoutMs: arriveMs }
    )
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
    expect(instance.drops(reason)).toBe(dropped)
    expect([stopped, ...others].some(({ isClosed }) => isClosed)).toBe(false)
    for (const reader of others) await reader.expectNothing(0)
  })
})

describe('what waits for a reader that stopped', () => {
  it('holds its own bytes only, not those that came with it', async () => {
    const limits = { queuedMessagesMax: 1_000, maxInflight: 1 }
    const instance = await startInstance({ limits })
    const stopped = await instance.connect()
    await stopped.subscribe('small', 1)
    stopped.stopReading()
    const publisher = await instance.connect()
    // One that it does not acknowledge, so that all others wait in its queue.
    await publisher.publish('small', 'open', { qos: 1 })
    const besides = Buffer.alloc(60_000)
    const count = 500
    for (let number = 0; number < count; number++) {
      const packetId = publisher.nextPacketId()
      // In one write, so that both arrive in the same bytes.
      publisher.send(
        publisher.publishPacket('small', String(number), { qos: 1, packetId }),
        publisher.publishPacket('nobody', besides)
      )
      await publisher.next('puback')
    }
    const { session } = instance.broker.clients[stopped.clientId]!
    const held = new Set<ArrayBufferLike>()
    for (const { message } of session!.queued()) held.add(message.payload.buffer)
    const bytes = [...held].reduce((sum, buffer) => sum + buffer.byteLength, 0)
    expect(session!.queuedMessages).toBe(count)
    // As the queue counts it, with some room for how buffers are made.
    expect(bytes).toBeLessThan(1_048_576)
    stopped.readOn()
  })
})
