import type { Qos } from '@parley/mqtt-wire'
import { describe, expect, it } from 'vitest'
import { Message } from '../src/broker/message.js'
import { Counters } from '../src/ops/counters.js'
import { newDelivery } from '../src/session/delivery.js'
import {
  MemorySessionStore,
  persistentSessionsMax,
  retainedMessagesMax
} from '../src/store/memory-session-store.js'
import { TooManySessions } from '../src/store/session-store.js'

const bounds = { queuedMessagesMax: 3, queuedBytesMax: 100 }

function open() {
  const counters = new Counters()
  return { counters, store: new MemorySessionStore(() => bounds, counters) }
}

function message(topic: string, payload: string | Buffer = 'x', qos: Qos = 1): Message {
  return new Message({
    topic,
    payload: Buffer.from(payload),
    qos,
    retain: true,
    publisherClientId: 'publisher',
    origin: 'client',
    receivedAtMs: Date.now(),
    properties: undefined
  })
}

const plain = { retainAsPublished: false, identifiers: undefined, share: undefined }
const delivery = (payload: string) => newDelivery(message('a', payload), 1, plain, false)
const nowMs = 1_000_000
const nothing = () => undefined

describe('sessions', () => {
  it('are found again while they last, and are gone after', async () => {
    const { store } = open()
    const { session, present } = await store.open('me', false, 10)
    expect(present).toBe(false)
    expect(store.leave(session, nowMs)).toBe(false)
    expect(store.expire(nowMs + 9_999)).toEqual([])
    expect(await store.open('me', false, 10)).toEqual({ session, present: true, ended: null })
    expect(store.expire(nowMs + 99_999)).toEqual([])
    store.leave(session, nowMs)
    expect(store.expire(nowMs + 10_000)).toEqual([session])
    expect(store.empty).toBe(true)
    expect((await store.open('me', false, 0)).present).toBe(false)
  })

  it('that do not last end with their connection', async () => {
    const { store } = open()
    const { session } = await store.open('me', false, 0)
    expect(store.leave(session, nowMs)).toBe(true)
    expect(store.empty).toBe(true)
  })

  it('are ended by a clean start, and leaving the ended one changes nothing', async () => {
    const { store } = open()
    const { session } = await store.open('me', false, 0)
    const fresh = await store.open('me', true, 0)
    expect(fresh).toMatchObject({ present: false, ended: session })
    expect(store.leave(session, nowMs)).toBe(false)
    expect((await store.open('me', false, 0)).session).toBe(fresh.session)
  })
})

describe('the queue', () => {
  it('gives out in order, under packet ids that are free', async () => {
    const { store } = open()
    const { session } = await store.open('me', false, 0)
    for (const payload of ['1', '2', '3']) expect(store.enqueue(session, delivery(payload))).toBe(true)
    const first = store.takeNext(session)!
    const second = store.takeNext(session)!
    expect([first, second].map(({ message: { payload } }) => payload.toString())).toEqual(['1', '2'])
    expect([first.packetId, second.packetId]).toEqual([1, 2])
    store.finish(session, first)
    expect([...session.inflight.keys()]).toEqual([2])
    expect(store.takeNext(session)!.packetId).toBe(3)
    expect(store.takeNext(session)).toBeUndefined()
  })

  it('has bounds in messages and in bytes, and counts what it drops', async () => {
    const { store, counters } = open()
    const { session } = await store.open('me', false, 0)
    expect(store.enqueue(session, delivery('x'.repeat(90)))).toBe(true)
    expect(store.enqueue(session, delivery('x'.repeat(11)))).toBe(false)
    expect(store.enqueue(session, delivery(''))).toBe(true)
    expect(store.enqueue(session, delivery(''))).toBe(true)
    expect(store.enqueue(session, delivery(''))).toBe(false)
    expect(counters.drops.queue_full).toBe(2)
    store.takeNext(session)
    // The topics of the two empty messages that are left weigh too.
    expect(session.queuedBytes).toBe(2)
    expect(store.enqueue(session, delivery('x'.repeat(98)))).toBe(false)
    expect(store.enqueue(session, delivery('x'.repeat(97)))).toBe(true)
  })

  it('counts what properties weigh', async () => {
    const { store } = open()
    const { session } = await store.open('me', false, 0)
    const heavy = message('a')
    heavy.userProperties = [{ key: 'k', value: 'v'.repeat(200) }]
    expect(store.enqueue(session, newDelivery(heavy, 1, plain, false))).toBe(false)
  })

  it('of an absent client does not hold on to the bytes that a message arrived with', async () => {
    const { store } = open()
    const { session } = await store.open('me', false, 0)
    const chunk = Buffer.alloc(65_536)
    const small = message('a')
    small.payload = chunk.subarray(0, 10)
    store.enqueue(session, newDelivery(small, 1, plain, false))
    expect(small.payload.buffer.byteLength).toBeLessThan(chunk.length)
  })

  it('comes again after a reconnect, in the order in which it was sent', async () => {
    const { store } = open()
    const { session } = await store.open('me', false, 0)
    session.expiryS = 10
    for (const payload of ['1', '2']) store.enqueue(session, delivery(payload))
    const sent = [store.takeNext(session)!, store.takeNext(session)!]
    store.release(session, sent[0]!, nothing)
    store.leave(session, nowMs)
    expect((await store.open('me', false, 0)).session.resend).toEqual(sent)
    expect(sent.map(({ phase }) => phase)).toEqual(['released', 'published'])
  })
})

describe('received QoS 2 messages', () => {
  it('are known until they are released', async () => {
    const { store } = open()
    const { session } = await store.open('me', false, 0)
    expect(store.complete(session, 7, nothing)).toBe(false)
    store.receive(session, 7, nothing)
    expect(session.received.has(7)).toBe(true)
    expect(store.complete(session, 7, nothing)).toBe(true)
    expect(store.complete(session, 7, nothing)).toBe(false)
  })
})

describe('retained messages', () => {
  const topicsOf = (store: MemorySessionStore, filter: string): string[] =>
    [...store.retained(filter)].map(({ topic, payload }) => `${topic}=${payload.toString()}`)

  it('are found by name and by wildcard, oldest first, replaced and removed', () => {
    const { store } = open()
    const done = () => undefined
    for (const topic of ['a/1', 'a/2', '$x/1']) store.retain(message(topic, 'old'), done)
    store.retain(message('a/1', 'new'), done)
    expect(topicsOf(store, 'a/1')).toEqual(['a/1=new'])
    expect(topicsOf(store, 'a/+')).toEqual(['a/2=old', 'a/1=new'])
    expect(topicsOf(store, '#')).toEqual(['a/2=old', 'a/1=new'])
    expect(topicsOf(store, '$x/#')).toEqual(['$x/1=old'])
    for (const topic of ['a/1', 'a/2', '$x/1', 'never']) store.retain(message(topic, ''), done)
    expect(store.empty).toBe(true)
  })
})

describe('the bounds of an instance', () => {
  it('keep the number of retained messages, and let those that stand be replaced and removed', () => {
    const { store, counters } = open()
    for (let at = 0; at < retainedMessagesMax; at++) store.retain(message(`a/${at}`), nothing)
    store.retain(message('one/too/many'), nothing)
    expect(counters.drops.retained_full).toBe(1)
    expect([...store.retained('one/too/many')]).toEqual([])
    const newer = message('a/7', 'newer')
    store.retain(newer, nothing)
    expect([...store.retained('a/7')]).toEqual([newer])
    store.retain(message('a/8', ''), nothing)
    store.retain(message('one/too/many'), nothing)
    expect([...store.retained('one/too/many')]).toHaveLength(1)
    expect(counters.drops.retained_full).toBe(1)
  })

  it('keep the number of sessions that last; those that end with their connection are let in', async () => {
    const { store } = open()
    for (let at = 0; at < persistentSessionsMax; at++) await store.open(`client-${at}`, false, 60)
    await expect(store.open('one-too-many', false, 60)).rejects.toThrow(TooManySessions)
    await store.open('one-too-many', true, 0)
    await store.open('client-7', false, 60)
  })
})
