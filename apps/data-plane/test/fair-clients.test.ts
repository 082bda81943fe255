import type { SubscribePacket } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { startInstance, type TestInstance } from './support/data-plane.js'

const retainedTopics = 60_000
const finishMs = 15_000

/** With so many retained messages that looking through them is more than one turn may cost. */
async function withRetained(topics = retainedTopics): Promise<TestInstance> {
  const instance = await startInstance()
  const publisher = await instance.connect({ level: 5 })
  for (let at = 0; at < topics; at++) publisher.sendPublish(`r/${at}/s`, 'x', { retain: true })
  await publisher.ping()
  return instance
}

function subscribePacket(topicFilter: string): SubscribePacket {
  const options = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  return {
    type: 'subscribe',
    packetId: 1,
    subscriptions: [{ topicFilter, ...options }],
    subscriptionIdentifier: undefined
  }
}

/** Says which of two clients was answered first, both asked at once: `busy` first. */
async function firstAnswered(busy: Promise<unknown>, quick: Promise<unknown>): Promise<string> {
  const first = Promise.race([busy.then(() => 'busy'), quick.then(() => 'quick')])
  await Promise.all([busy, quick])
  return first
}

/** A round trip of a neighbour that began while the busy client was being served. */
async function whileBusy(neighbour: MqttProbe, begun: Promise<unknown>): Promise<void> {
  await begun
  await neighbour.ping()
}

describe('other clients have their turn', () => {
  it('while retained messages are looked through for a SUBSCRIBE', async () => {
    const instance = await withRetained()
    const neighbour = await instance.connect()
    const client = await instance.connect()
    client.send(subscribePacket('+/+/none'))
    client.send({ type: 'pingreq' })
    const begun = client.next('suback', finishMs)
    const served = client.next('pingresp', finishMs)
    expect(await firstAnswered(served, whileBusy(neighbour, begun))).toBe('quick')
  })

  it('while one client publishes to many', async () => {
    const instance = await startInstance()
    const readers = await Promise.all(Array.from({ length: 100 }, () => instance.connect()))
    for (const reader of readers) await reader.subscribe('a')
    const neighbour = await instance.connect()
    const publisher = await instance.connect()
    // One segment of so many that they cost several turns.
    const all = Array.from({ length: 2_000 }, () => publisher.publishPacket('a', ''))
    publisher.send(...all, { type: 'pingreq' })
    const begun = readers[0]!.next('publish', finishMs)
    const served = publisher.next('pingresp', finishMs)
    expect(await firstAnswered(served, whileBusy(neighbour, begun))).toBe('quick')
    for (const reader of readers) {
      await reader.ping()
      expect(reader.inbox).toHaveLength(all.length - (reader === readers[0] ? 1 : 0))
    }
  })
})

describe('retained messages', () => {
  it('are looked through once for all filters of a SUBSCRIBE', async () => {
    const instance = await withRetained(1_000)
    const { store } = instance.broker
    let passes = 0
    const original = store.retained.bind(store)
    Object.assign(store, { retained: (filter: string) => ++passes && original(filter) })
    const client = await instance.connect()
    const filters = Array.from({ length: 500 }, (_, at) => `+/${at}/#`)
    await client.subscribe(filters, 0)
    await client.ping()
    expect(passes).toBe(1)
    const topics = client.inbox.map((packet) => packet.type === 'publish' && packet.topic)
    expect(topics).toEqual(filters.map((_, at) => `r/${at}/s`))
  })

  it('all come, although a publisher replaces them meanwhile', async () => {
    const instance = await withRetained()
    const publisher = await instance.connect()
    const client = await instance.connect({ autoAck: true })
    const last = `r/${retainedTopics - 1}/s`
    client.send(subscribePacket('+/+/s/#'))
    await client.next('suback', finishMs)
    publisher.sendPublish(last, 'newer', { retain: true })
    await client.ping()
    const got = client.inbox.filter((packet) => packet.type === 'publish' && packet.topic === last)
    expect(got.length).toBeGreaterThan(0)
    expect(got.map((packet) => packet.type === 'publish' && packet.payload.toString()).at(-1)).toBe('newer')
    expect(new Set(client.inbox.map((packet) => packet.type === 'publish' && packet.topic)).size).toBe(
      retainedTopics
    )
  })

  it('still reach a session whose client left while they were looked through', async () => {
    const instance = await withRetained()
    await (await instance.connect()).publish('r/last/s', 'last', { qos: 1, retain: true })
    const kept = { clientId: 'kept', cleanStart: false }
    const client = await instance.connect(kept)
    await client.subscribe('+/last/+', 1)
    await client.destroy()
    const back = await instance.connect(kept)
    expect(back.connack.sessionPresent).toBe(true)
    expect((await back.receive(finishMs)).topic).toBe('r/last/s')
  })
})
