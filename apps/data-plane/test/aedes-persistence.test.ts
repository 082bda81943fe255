import { describe, expect, it } from 'vitest'
import { type MatchEntry, newEntry, type Subscription } from '../src/broker/match.js'
import { Message } from '../src/broker/message.js'
import { SubscriptionIndex } from '../src/broker/subscription-index.js'
import { Counters } from '../src/ops/counters.js'
import type { ContractPacket } from '../src/store/aedes-contract/packets.js'
import { AedesPersistence } from '../src/store/aedes-persistence.js'
import { MemorySessionStore } from '../src/store/memory-session-store.js'
import { describeContract } from './support/aedes-contract-tests.js'

const bounds = { queuedMessagesMax: 100, queuedBytesMax: 1_000_000 }

function open() {
  const store = new MemorySessionStore(() => bounds, new Counters())
  return { store, persistence: new AedesPersistence(store, new SubscriptionIndex()) }
}

describeContract("Aedes' persistence contract on sessions in memory", () => open().store)

const packet: ContractPacket = { topic: 'a/b', payload: 'x', qos: 1, retain: true }

function ourMessage(): Message {
  return new Message({
    topic: 'a/b',
    payload: Buffer.from('x'),
    qos: 1,
    retain: true,
    publisherClientId: 'publisher',
    origin: 'client',
    receivedAtMs: Date.now(),
    properties: undefined
  })
}

describe('the adapter', () => {
  it('keeps a message of the pipeline as it is, in the same turn', async () => {
    const { store, persistence } = open()
    const message = ourMessage()
    const ours = { ...packet, properties: message }
    let stored = false
    persistence.storeRetained(ours).then(() => {
      stored = true
    }, fail)
    expect(stored).toBe(true)
    expect([...store.retained('#')]).toEqual([message])
    expect(await persistence.createRetainedStream('#').toArray()).toMatchObject([{ properties: message }])
  })

  it('queues a message of the pipeline for persistent sessions only, in the same turn', async () => {
    const { store, persistence } = open()
    const message = ourMessage()
    const sessions = []
    for (const [clientId, expiryS] of [
      ['kept', 60],
      ['clean', 0]
    ] as const) {
      const { session } = await store.open(clientId, false, expiryS)
      const subscription = {
        topicFilter: 'a/+',
        qos: 1,
        noLocal: false,
        retainAsPublished: false,
        identifier: 7
      }
      sessions.push({ session, entry: newEntry(session, [subscription as Subscription], undefined) })
    }
    const entries = sessions.map(({ entry }) => entry)
    let stored = false
    persistence.outgoingEnqueueCombi(entries, { ...packet, properties: message }).then(() => {
      stored = true
    }, fail)
    expect(stored).toBe(true)
    const queues = sessions.map(({ session }) => [...session.queued()])
    expect(queues).toMatchObject([[{ message, qos: 1, identifiers: [7] }], []])
    const waiting = await persistence.outgoingStream({ id: 'kept' }).toArray()
    expect(waiting).toMatchObject([{ topic: 'a/b', qos: 1, properties: message }])
  })

  it('makes a message of a packet that has none, with the QoS that both sides allow', async () => {
    const { store, persistence } = open()
    await persistence.outgoingEnqueue({ clientId: 'me', qos: 1 }, { ...packet, qos: 2 })
    await persistence.outgoingEnqueue({ clientId: 'me', qos: 0 }, packet)
    const { session } = await store.open('me', false, 60)
    const [delivery, ...more] = session.queued()
    expect(delivery).toMatchObject({ qos: 1, message: { topic: 'a/b', payload: Buffer.from('x') } })
    expect(delivery!.message).toBeInstanceOf(Message)
    expect(more).toEqual([])
  })

  it('finds the copy of a message of ours by that message', async () => {
    const { persistence } = open()
    const client = { id: 'me' }
    const [first, second] = [ourMessage(), ourMessage()]
    for (const message of [first, second]) {
      await persistence.outgoingEnqueue({ clientId: 'me', qos: 1 }, { ...packet, properties: message })
    }
    await persistence.outgoingUpdate(client, { ...packet, properties: second, messageId: 7 })
    const unknown = { ...packet, properties: ourMessage(), messageId: 8 }
    await expect(persistence.outgoingUpdate(client, unknown)).rejects.toThrow('no such packet')
    expect(await persistence.outgoingClearMessageId(client, { messageId: 7 })).toMatchObject({
      properties: second
    })
    expect(await persistence.outgoingStream(client).toArray()).toMatchObject([{ properties: first }])
  })

  it('makes no session for a client that is only asked about', async () => {
    const { store, persistence } = open()
    const client = { id: 'nobody' }
    expect(await persistence.subscriptionsByClient(client)).toEqual([])
    expect(await persistence.outgoingStream(client).toArray()).toEqual([])
    expect(await persistence.outgoingClearMessageId(client, { messageId: 1 })).toBeUndefined()
    await expect(persistence.outgoingUpdate(client, { ...packet, messageId: 1 })).rejects.toThrow('no such')
    await expect(persistence.incomingDelPacket(client, { messageId: 1 })).rejects.toThrow('no such')
    expect(store.empty).toBe(true)
  })

  it('answers the pipeline at once, one entry for each client', async () => {
    const { persistence } = open()
    const subscriptions = [{ topic: 'a/b', qos: 1 } as const, { topic: 'a/#', qos: 2 } as const]
    await persistence.addSubscriptions({ id: 'me' }, subscriptions)
    let entries: MatchEntry[] = []
    persistence.subscriptionsByTopic('a/b').then((found) => {
      entries = found
    }, fail)
    expect(entries).toMatchObject([{ session: { clientId: 'me' }, qos: 2 }])
  })

  it('is destroyed once', async () => {
    const { persistence } = open()
    await persistence.destroy()
    await expect(persistence.destroy()).rejects.toThrow('destroyed twice')
  })
})

function fail(error: Error): never {
  throw error
}
