import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Qos, SubscribePacket } from '@parley/mqtt-wire'
import { eventually } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import type { FilterTree } from '../src/broker/filter-tree.js'
import type { Subscription } from '../src/broker/match.js'
import { turnCostMax } from '../src/session/turn-cost.js'
import { startInstance, type TestInstance } from './support/data-plane.js'

const retainedTopics = turnCostMax + 5_000
const finishMs = 15_000

/** With so many retained messages that looking through them is more than one turn may cost. */
async function withRetained(topics = retainedTopics): Promise<TestInstance> {
  const instance = await startInstance()
  const publisher = await instance.connect({ level: 5 })
  for (let at = 0; at < topics; at++) publisher.sendPublish(`r/${at}/s`, 'x', { retain: true })
  publisher.send({ type: 'pingreq' })
  await publisher.next('pingresp', finishMs)
  return instance
}

function subscribePacket(topicFilter: string, qos: Qos = 0): SubscribePacket {
  const options = { qos, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  return {
    type: 'subscribe',
    packetId: 1,
    subscriptions: [{ topicFilter, ...options }],
    subscriptionIdentifier: undefined
  }
}

/** The most that a counter grew by between two turns of the event loop, until `done`. */
async function mostInOneTurn(counter: () => number, done: Promise<unknown>): Promise<number> {
  let over = false
  void done.finally(() => {
    over = true
  })
  let most = 0
  let before = counter()
  while (!over) {
    await nextTurn()
    most = Math.max(most, counter() - before)
    before = counter()
  }
  await done
  return most
}

/** What arrived in one turn and what was kept back from the one before may come together. */
const mostMax = 2 * turnCostMax

describe('other clients have their turn', () => {
  it('while retained messages are looked through for a SUBSCRIBE', async () => {
    const topics = 4 * turnCostMax
    const instance = await withRetained(topics)
    const { store } = instance.broker
    const retainedFor = store.retainedFor.bind(store)
    let lookedAt = 0
    Object.assign(store, {
      *retainedFor(filters: FilterTree<Subscription>) {
        for (const found of retainedFor(filters)) {
          lookedAt++
          yield found
        }
      }
    })
    const client = await instance.connect()
    client.send(subscribePacket('+/+/none'))
    const all = eventually(() => expect(lookedAt).toBeGreaterThan(topics), { timeoutMs: finishMs })
    expect(await mostInOneTurn(() => lookedAt, all)).toBeLessThanOrEqual(mostMax)
  })

  it('while one client publishes to many', async () => {
    const instance = await startInstance()
    const readers = await Promise.all(Array.from({ length: 100 }, () => instance.connect()))
    for (const reader of readers) await reader.subscribe('a')
    const publisher = await instance.connect()
    // One segment of so many that they cost several turns.
    const all = Array.from({ length: 2_000 }, () => publisher.publishPacket('a', ''))
    publisher.send(...all, { type: 'pingreq' })
    const served = publisher.next('pingresp', finishMs)
    const most = await mostInOneTurn(() => instance.counters.messagesOut, served)
    expect(most).toBeLessThanOrEqual(mostMax + 2 * readers.length)
    for (const reader of readers) {
      reader.send({ type: 'pingreq' })
      await reader.next('pingresp', finishMs)
      expect(reader.inbox).toHaveLength(all.length)
    }
  })
})

describe('retained messages', () => {
  it('are looked through once for all filters of a SUBSCRIBE', async () => {
    const instance = await withRetained(1_000)
    const { store } = instance.broker
    let passes = 0
    const original = store.retainedFor.bind(store)
    Object.assign(store, {
      retainedFor: (filters: FilterTree<Subscription>) => ++passes && original(filters)
    })
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
    const topicsOf = (): Set<unknown> =>
      new Set(client.inbox.map((packet) => packet.type === 'publish' && packet.topic))
    await eventually(() => expect(topicsOf().size).toBe(retainedTopics), { timeoutMs: finishMs })
    await client.ping()
    const got = client.inbox.filter((packet) => packet.type === 'publish' && packet.topic === last)
    expect(got.length).toBeGreaterThan(0)
    expect(got.map((packet) => packet.type === 'publish' && packet.payload.toString()).at(-1)).toBe('newer')
  })

  it.each([0, 1, 2] as const)('all come at QoS %i, also more than wait for one client', async (qos) => {
    const queuedMessagesMax = 100
    const instance = await startInstance({ limits: { queuedMessagesMax, maxInflight: 10 } })
    const publisher = await instance.connect({ autoAck: true })
    const payload = Buffer.alloc(4_096)
    const topics = 1_500
    for (let at = 0; at < topics; at++) await publisher.publish(`r/${at}`, payload, { qos: 1, retain: true })
    const client = await instance.connect({ autoAck: true })
    client.stopReading()
    client.send(subscribePacket('#', qos))
    await (await instance.connect()).expectNothing()
    client.readOn()
    const publishes = (): string[] =>
      client.inbox.flatMap((packet) => (packet.type === 'publish' ? [packet.topic] : []))
    await eventually(() => expect(publishes().length).toBe(topics), { timeoutMs: finishMs })
    await client.next('suback')
    await client.ping()
    expect(publishes()).toEqual(Array.from({ length: topics }, (_, at) => `r/${at}`))
    expect(instance.drops('queue_full') + instance.drops('slow_reader')).toBe(0)
  })

  it('are not sent after a newer one of their topic, however long they waited for room', async () => {
    const instance = await startInstance({ limits: { queuedMessagesMax: 10, maxInflight: 1 } })
    const publisher = await instance.connect()
    const topics = Array.from({ length: 20 }, (_, at) => `r/${at}`)
    for (const topic of topics) await publisher.publish(topic, 'old', { qos: 1, retain: true })
    const client = await instance.connect()
    await client.subscribe('#', 1)
    const { session } = instance.broker.clients[client.clientId]!
    await eventually(() => expect(session!.queuedMessages).toBe(5))
    // The first that the client has no room for.
    await publisher.publish('r/6', 'new', { qos: 1, retain: true })
    const got: string[] = []
    for (let taken = 0; taken <= topics.length; taken++) {
      const { topic, payload, packetId } = await client.next('publish')
      got.push(`${topic} ${payload}`)
      client.ack('puback', packetId)
    }
    await client.expectNothing()
    expect(got.filter((copy) => copy.startsWith('r/6 '))).toEqual(['r/6 new', 'r/6 new'])
    expect(new Set(got).size).toBe(topics.length)
  })

  it('of two SUBSCRIBEs at once come for both, and none after UNSUBSCRIBE', async () => {
    const instance = await withRetained()
    const client = await instance.connect()
    client.send(
      subscribePacket('+/+/none'),
      { ...subscribePacket('r/7/+'), packetId: 2 },
      { ...subscribePacket('r/+/s'), packetId: 3 },
      { type: 'unsubscribe', packetId: 4, topicFilters: ['r/+/s'] }
    )
    expect((await client.next('publish', finishMs)).topic).toBe('r/7/s')
    await client.next('unsuback', finishMs)
    await client.ping()
    await client.ping()
    expect(client.inbox.filter(({ type }) => type === 'publish')).toEqual([])
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
