import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectRedis } from '@parley/config-feed'
import { encode, type Packet, type PublishPacket, type Qos } from '@parley/mqtt-wire'
import { cleanUpFile, createTestRedis, type MqttProbe, type TestRedis } from '@parley/testkit'
import type { ChainableCommander, Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SessionStore } from '../src/store/session-store.js'
import { startInstance, TestDataPlane, type TestInstance } from './support/data-plane.js'
import { allQos, levels } from './support/versions.js'

let redis: TestRedis
beforeAll(async () => {
  redis = await createTestRedis()
})
afterAll(async () => {
  await cleanUpFile()
  await redis.end()
})

const publishers = 20
/** Of one publisher to one topic at one QoS. */
const messages = 30
const topics = ['orders/a', 'orders/b']
/** What a slow store takes for one step, in milliseconds: a different time each, so that none is overtaken by luck. */
const slowStepsMs = [0, 3, 1, 0, 7, 2]
const retainedEvery = 3
const arriveMs = 15_000

interface Publisher {
  probe: MqttProbe
  name: number
}

/**
 * Every step that publishes wait for takes its time; each is settled on its own, so that later ones can be done earlier. Of a store
 * that takes one publish of a client at once.
 */
function slowDownSteps(store: SessionStore): void {
  let steps = 0
  for (const step of ['enqueuePersistent', 'retain'] as const) {
    const original = store[step].bind(store) as (...args: unknown[]) => void
    const slow = (...args: unknown[]): void => {
      void sleep(slowStepsMs[steps++ % slowStepsMs.length]).then(() => original(...args))
    }
    Object.assign(store, { [step]: slow })
  }
}

/** So many transactions: longer than the publishes take, not as long as all acknowledgements of QoS 2 after them. */
const slowTransactions = 150

/** Every transaction takes its time on its way to Redis. */
function slowDownRedis(redis: Redis): void {
  let transactions = 0
  const original = redis.multi.bind(redis) as () => ChainableCommander
  const slow = (): ChainableCommander => {
    const transaction = original()
    const exec = transaction.exec.bind(transaction)
    transaction.exec = async () => {
      if (transactions++ < slowTransactions) await sleep(slowStepsMs[transactions % slowStepsMs.length])
      return exec()
    }
    return transaction
  }
  Object.assign(redis, { multi: slow })
}

interface Service {
  instance: TestInstance
  /** From here the store takes its time. */
  slowDown(): void
}

const limits = { queuedMessagesMax: 100_000 }

async function withMemory(): Promise<Service> {
  const instance = await startInstance({ sessions: 'memory', limits })
  return { instance, slowDown: () => slowDownSteps(instance.broker.store) }
}

async function withRedis(): Promise<Service> {
  const sessions = connectRedis(redis.url, pino({ level: 'silent' }), 'sessions')
  await once(sessions, 'ready')
  const plane = await TestDataPlane.start({ sessions })
  plane.onStop(async () => sessions.disconnect())
  return { instance: await plane.instance({ limits }), slowDown: () => slowDownRedis(sessions) }
}

/** The messages of one publisher as it sends them: topics and QoS mixed, numbered for each of both, some retained. */
function packetsOf({ probe, name }: Publisher): PublishPacket[] {
  const packets: PublishPacket[] = []
  for (let number = 0; number < messages; number++) {
    for (const topic of topics) {
      for (const qos of allQos) {
        const retain = (number + name + qos) % retainedEvery === 0
        packets.push(probe.publishPacket(topic, `${name} ${qos} ${number}`, { qos, retain }))
      }
    }
  }
  return packets
}

/** All packets in a few writes, cut where no packet ends: many publishes in one segment, and some in two. */
function sendInSegments(probe: MqttProbe, packets: readonly Packet[]): void {
  const bytes = Buffer.concat(packets.map((packet) => encode(packet, probe.level)))
  const segment = Math.ceil(bytes.length / 7)
  for (let at = 0; at < bytes.length; at += segment) probe.sendBytes(bytes.subarray(at, at + segment))
}

async function openPublishers(instance: TestInstance): Promise<Publisher[]> {
  return Promise.all(
    Array.from({ length: publishers }, async (_, name) => {
      const level = levels[name % levels.length]!
      return { probe: await instance.connect({ level, autoAck: true }), name }
    })
  )
}

/** What came, as numbers in the order of arrival, by topic, publisher and QoS. */
function seriesOf(packets: readonly PublishPacket[]): Map<string, number[]> {
  const series = new Map<string, number[]>()
  for (const { topic, payload } of packets) {
    const [name, qos, number] = payload.toString().split(' ')
    const key = `${topic} of ${name} at ${qos}`
    const list = series.get(key) ?? []
    list.push(Number(number))
    series.set(key, list)
  }
  return series
}

async function receiveAll(subscriber: MqttProbe, count: number): Promise<PublishPacket[]> {
  const packets: PublishPacket[] = []
  while (packets.length < count) packets.push(await subscriber.receive(arriveMs))
  return packets
}

/** Each publisher's handshakes are finished: every QoS 2 message is released once it was received. */
async function settle({ probe }: Publisher, packets: readonly PublishPacket[]): Promise<void> {
  for (const { qos, packetId } of packets) {
    if (qos === 1) expect(await probe.next('puback', arriveMs)).toMatchObject({ packetId })
    if (qos === 2) expect(await probe.next('pubrec', arriveMs)).toMatchObject({ packetId })
  }
  const exactlyOnce = packets.filter(({ qos }) => qos === 2)
  for (const { packetId } of exactlyOnce) probe.ack('pubrel', packetId)
  for (const { packetId } of exactlyOnce) {
    expect(await probe.next('pubcomp', arriveMs)).toMatchObject({ packetId })
  }
}

const numbers = Array.from({ length: messages }, (_, number) => number)
const total = publishers * messages * topics.length * allQos.length

const stores = [
  { what: 'memory answers at once', open: withMemory, slow: false },
  { what: 'memory takes its time', open: withMemory, slow: true },
  { what: 'Redis answers as it does', open: withRedis, slow: false },
  { what: 'Redis takes its time', open: withRedis, slow: true }
]

describe.each(stores)(`the messages of ${publishers} publishers, while $what`, ({ open, slow }) => {
  const subscriptions: { granted: Qos; cleanStart: boolean }[] = [
    { granted: 2, cleanStart: true },
    { granted: 2, cleanStart: false },
    { granted: 1, cleanStart: false },
    { granted: 0, cleanStart: true }
  ]
  it.each(subscriptions)(
    'arrive in order per publisher, topic and QoS (granted $granted, clean $cleanStart)',
    async ({ granted, cleanStart }) => {
      const { instance, slowDown } = await open()
      const subscriber = await instance.connect({ autoAck: true, cleanStart, clientId: 'subscriber' })
      await subscriber.subscribe('orders/+', granted)
      const all = await openPublishers(instance)
      // Somebody's copy must be stored, so that there is something to wait for.
      const kept = await instance.connect({ clientId: 'kept', cleanStart: false })
      await kept.subscribe('orders/#', 2)
      await kept.disconnect()
      if (slow) slowDown()

      const sent = all.map((publisher) => ({ publisher, packets: packetsOf(publisher) }))
      for (const { publisher, packets } of sent) sendInSegments(publisher.probe, packets)

      const received = await receiveAll(subscriber, total)
      const series = seriesOf(received)
      expect(series.size).toBe(publishers * topics.length * allQos.length)
      for (const [name, list] of series) expect(list, name).toEqual(numbers)
      for (const { publisher, packets } of sent) await settle(publisher, packets)
      await subscriber.expectNothing()
      expect(instance.drops('queue_full')).toBe(0)
    }
  )

  it('arrive in order for one who was away, and the last retained one of each topic stays', async () => {
    const { instance, slowDown } = await open()
    const me = { clientId: 'me', cleanStart: false, autoAck: true }
    const away = await instance.connect(me)
    await away.subscribe('orders/+', 2)
    await away.disconnect()
    const all = await openPublishers(instance)
    if (slow) slowDown()
    const sent = all.map((publisher) => ({ publisher, packets: packetsOf(publisher) }))
    for (const { publisher, packets } of sent) sendInSegments(publisher.probe, packets)
    for (const { publisher, packets } of sent) await settle(publisher, packets)

    const back = await instance.connect(me)
    // At QoS 0 nothing is kept for one who is away.
    const received = await receiveAll(back, (total / allQos.length) * 2)
    const series = seriesOf(received)
    expect(series.size).toBe(publishers * topics.length * 2)
    for (const [name, list] of series) expect(list, name).toEqual(numbers)
    await back.expectNothing()

    const late = await instance.connect({ autoAck: true })
    await late.subscribe('orders/+', 2)
    const retained = await receiveAll(late, topics.length)
    expect(retained.map(({ topic }) => topic).sort()).toEqual(topics)
    await late.expectNothing()
  })
})
