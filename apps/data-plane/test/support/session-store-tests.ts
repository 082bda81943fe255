import type { Qos } from '@parley/mqtt-wire'
import { eventually } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { newEntry, type Subscription } from '../../src/broker/match.js'
import { Message } from '../../src/broker/message.js'
import { Counters } from '../../src/ops/counters.js'
import { type Delivery, newDelivery } from '../../src/session/delivery.js'
import type { Session } from '../../src/session/session.js'
import type { QueueBounds, SessionStore } from '../../src/store/session-store.js'
import { stored } from '../../src/store/stored-step.js'

/** Opens an empty store. */
export type OpenStore = (
  bounds: () => QueueBounds,
  counters: Counters
) => SessionStore | Promise<SessionStore>

const bounds = { queuedMessagesMax: 3, queuedBytesMax: 100, instanceBytesMax: 150 }
const plain = { retainAsPublished: false, identifiers: undefined, share: undefined }
const nowMs = 1_000_000
const nothing = () => undefined

export function messageTo(
  topic: string,
  payload: string | Buffer = 'x',
  qos: Qos = 1,
  expiryS?: number
): Message {
  return new Message({
    topic,
    payload: Buffer.from(payload),
    qos,
    retain: true,
    publisherClientId: 'publisher',
    origin: 'client',
    receivedAtMs: Date.now(),
    properties: expiryS === undefined ? undefined : { messageExpiryInterval: expiryS }
  })
}

export function copyOf(payload: string, qos: 1 | 2 = 1): Delivery {
  return newDelivery(messageTo('a', payload, qos), qos, plain, false)
}

/** Everything so far is stored. */
export function settled(store: SessionStore): Promise<void> {
  return stored((done) => store.whenStored(done))
}

export const payloadsOf = (deliveries: Iterable<Delivery>): string[] =>
  [...deliveries].map(({ message }) => message.payload.toString())

function subscription(topicFilter: string, qos: Qos = 1): Subscription {
  return { topicFilter, qos, noLocal: false, retainAsPublished: false, identifier: 7 }
}

/** Puts copies into the queue of a session, each stored before the next. */
async function queue(store: SessionStore, session: Session, ...copies: Delivery[]): Promise<boolean[]> {
  const taken: boolean[] = []
  for (const copy of copies) {
    taken.push(store.enqueue(session, copy))
    await settled(store)
  }
  return taken
}

/** What every store of sessions guarantees, whether it outlives its process or not. */
export function describeSessionStore(title: string, openStore: OpenStore): void {
  async function open(): Promise<{ store: SessionStore; counters: Counters }> {
    const counters = new Counters()
    return { store: await openStore(() => bounds, counters), counters }
  }

  async function withSession(
    expiryS = 60
  ): Promise<{ store: SessionStore; counters: Counters; session: Session }> {
    const opened = await open()
    return { ...opened, session: (await opened.store.open('me', false, expiryS)).session }
  }

  /** Its client goes and comes back. */
  async function back(store: SessionStore, session: Session): Promise<Session> {
    store.leave(session, nowMs)
    const opened = await store.open('me', false, 60)
    expect(opened).toMatchObject({ present: true, ended: null })
    return opened.session
  }

  describe(`${title}: sessions`, () => {
    it('are found again while they last, and are gone after', async () => {
      const { store, session } = await withSession(10)
      expect(store.leave(session, nowMs)).toBe(false)
      const ended: Session[] = []
      const onEnded = (over: Session) => ended.push(over)
      store.expire(nowMs + 9_999, onEnded)
      const again = await store.open('me', false, 10)
      expect(again).toMatchObject({ present: true, ended: null })
      store.expire(nowMs + 99_999, onEnded)
      await settled(store)
      expect(ended).toEqual([])
      store.leave(again.session, nowMs)
      store.expire(nowMs + 10_000, onEnded)
      await eventually(() => expect(ended).toEqual([again.session]))
      expect(store.empty).toBe(true)
      expect((await store.open('me', false, 10)).present).toBe(false)
    })

    it('that do not last end with their connection', async () => {
      const { store, session } = await withSession(0)
      expect(store.leave(session, nowMs)).toBe(true)
      expect(store.empty).toBe(true)
    })

    it('are ended by a clean start, and leaving the ended one changes nothing', async () => {
      const { store, session } = await withSession()
      store.subscribe(session, subscription('a'), nothing)
      await queue(store, session, copyOf('1'))
      const fresh = await store.open('me', true, 60)
      expect(fresh).toMatchObject({ present: false, ended: session })
      expect(fresh.session.subscriptions.size).toBe(0)
      expect(fresh.session.queuedMessages).toBe(0)
      expect(store.leave(session, nowMs)).toBe(false)
      expect((await store.open('me', false, 60)).session).toBe(fresh.session)
    })

    it('keep what they are subscribed to, and not what they have left', async () => {
      const { store, session } = await withSession()
      for (const filter of ['a/+', '$share/g/b', 'c']) {
        await stored((done) => store.subscribe(session, subscription(filter, 2), done))
      }
      await stored((done) => store.unsubscribe(session, 'c', done))
      const { subscriptions } = await back(store, session)
      expect([...subscriptions.values()]).toEqual([subscription('a/+', 2), subscription('$share/g/b', 2)])
    })
  })

  describe(`${title}: the queue`, () => {
    it('gives out in order, under packet ids that are free', async () => {
      const { store, session } = await withSession()
      expect(await queue(store, session, copyOf('1'), copyOf('2'), copyOf('3'))).toEqual([true, true, true])
      const first = store.takeNext(session)!
      const second = store.takeNext(session)!
      expect(payloadsOf([first, second])).toEqual(['1', '2'])
      expect([first.packetId, second.packetId]).toEqual([1, 2])
      store.finish(session, first)
      store.clear(session, first)
      expect([...session.inflight.keys()]).toEqual([2])
      expect(store.takeNext(session)!.packetId).toBe(3)
      expect(store.takeNext(session)).toBeUndefined()
    })

    it('has bounds in messages and in bytes, and counts what it drops', async () => {
      const { store, session, counters } = await withSession()
      const copies = [copyOf('x'.repeat(90)), copyOf('x'.repeat(11)), copyOf(''), copyOf(''), copyOf('')]
      expect(await queue(store, session, ...copies)).toEqual([true, false, true, true, false])
      expect(counters.drops.queue_full).toBe(2)
      store.takeNext(session)
      // The topics of the two empty messages that are left weigh too.
      expect(session.queuedBytes).toBe(2)
      expect(await queue(store, session, copyOf('x'.repeat(98)))).toEqual([false])
    })

    it('has the same bounds while the client is away', async () => {
      const { store, session, counters } = await withSession()
      store.leave(session, nowMs)
      await queue(store, session, copyOf('1'), copyOf('x'.repeat(99)), copyOf('2'), copyOf('3'), copyOf('4'))
      expect(counters.drops.queue_full).toBe(2)
      const opened = await store.open('me', false, 60)
      expect(payloadsOf(opened.session.queued())).toEqual(['1', '2', '3'])
    })

    it('of all clients together has a bound, which those who are gone do not count for', async () => {
      const { store, counters } = await open()
      const [one, two, three] = [
        (await store.open('one', false, 60)).session,
        (await store.open('two', false, 60)).session,
        (await store.open('three', false, 60)).session
      ]
      store.leave(two, nowMs)
      const heavy = 'x'.repeat(79)
      await queue(store, one, copyOf(heavy))
      await queue(store, two, copyOf(heavy))
      await queue(store, three, copyOf(heavy))
      expect(counters.drops.queues_full).toBe(2)
      expect(counters.drops.queue_full).toBe(0)
      await store.open('one', true, 60)
      expect(await queue(store, two, copyOf(heavy))).toEqual([true])
      expect(counters.drops.queues_full).toBe(2)
      const opened = await store.open('two', false, 60)
      expect(payloadsOf(opened.session.queued())).toEqual([heavy])
    })

    it('counts what properties weigh', async () => {
      const { store, session } = await withSession()
      const heavy = messageTo('a')
      heavy.userProperties = [{ key: 'k', value: 'v'.repeat(200) }]
      expect(await queue(store, session, newDelivery(heavy, 1, plain, false))).toEqual([false])
    })

    it('of a client that takes nothing does not hold on to the bytes that a message arrived with', async () => {
      const { store, session } = await withSession()
      const chunk = Buffer.alloc(65_536)
      const small = messageTo('a')
      small.payload = chunk.subarray(0, 10)
      await queue(store, session, newDelivery(small, 1, plain, false))
      expect(small.payload.buffer.byteLength).toBeLessThan(chunk.length)
    })

    it('comes again after a reconnect as it was left: released, published, queued, in order', async () => {
      const { store, session } = await withSession()
      await queue(store, session, copyOf('1', 2), copyOf('2', 2), copyOf('3', 2))
      store.finish(session, store.takeNext(session)!)
      const second = store.takeNext(session)!
      await stored((done) => store.release(session, second, done))
      const again = await back(store, session)
      const phases = again.resend.map(({ packetId, phase, message }) => [
        packetId,
        phase,
        `${message.payload}`
      ])
      expect(phases).toEqual([[2, 'released', '2']])
      expect(payloadsOf(again.queued())).toEqual(['3'])
      expect(store.takeNext(again)!.packetId).toBe(3)
    })

    it('has nothing more of what is answered for', async () => {
      const { store, session } = await withSession()
      await queue(store, session, copyOf('1'), copyOf('2'))
      const first = store.takeNext(session)!
      store.finish(session, first)
      store.clear(session, first)
      await settled(store)
      const again = await back(store, session)
      expect(again.resend).toEqual([])
      expect(payloadsOf(again.queued())).toEqual(['2'])
    })

    it('lets go of what its client may not have any more, and counts it', async () => {
      const { store, session, counters } = await withSession()
      await queue(store, session, copyOf('secret'), copyOf('open'))
      store.dropQueued(session, ({ message }) => `${message.payload}` === 'secret')
      await settled(store)
      expect(counters.drops.queued_not_allowed).toBe(1)
      expect(payloadsOf((await back(store, session)).queued())).toEqual(['open'])
    })
  })

  describe(`${title}: a publish`, () => {
    it('waits for those whose session lasts and who get it above QoS 0, and for nobody else', async () => {
      const { store } = await open()
      const subscribers: [clientId: string, expiryS: number, qos: Qos][] = [
        ['twice', 60, 2],
        ['once', 60, 1],
        ['at-qos-0', 60, 0],
        ['clean', 0, 1]
      ]
      const sessions: Session[] = []
      for (const [clientId, expiryS] of subscribers)
        sessions.push((await store.open(clientId, false, expiryS)).session)
      const entries = sessions.map((session, i) =>
        newEntry(session, [subscription('a', subscribers[i]![2])], undefined)
      )
      const message = messageTo('a', 'x', 2)
      await stored((done) => store.enqueuePersistent(entries, message, done))
      const waiting = sessions.map((session) => [...session.queued()].map(({ qos }) => qos))
      expect(waiting).toEqual([[2], [1], [], []])
    })
  })

  describe(`${title}: received QoS 2 messages`, () => {
    it('are known until they are released, also over a new connection', async () => {
      const { store, session } = await withSession()
      expect(store.complete(session, 7, nothing)).toBe(false)
      for (const packetId of [7, 8]) await stored((done) => store.receive(session, packetId, done))
      expect(store.complete(session, 8, nothing)).toBe(true)
      const again = await back(store, session)
      expect([...again.received]).toEqual([7])
      expect(store.complete(again, 7, nothing)).toBe(true)
      expect(store.complete(again, 7, nothing)).toBe(false)
    })
  })

  describe(`${title}: retained messages`, () => {
    const found = (store: SessionStore, filter: string): string[] =>
      [...store.retained(filter)].map(({ topic, payload }) => `${topic}=${payload}`)

    it('are found by name and by wildcard, oldest first, replaced and removed', async () => {
      const { store } = await open()
      for (const topic of ['a/1', 'a/2', '$x/1']) store.retain(messageTo(topic, 'old'), nothing)
      store.retain(messageTo('a/1', 'new'), nothing)
      expect(found(store, 'a/1')).toEqual(['a/1=new'])
      expect(found(store, 'a/+')).toEqual(['a/2=old', 'a/1=new'])
      expect(found(store, '#')).toEqual(['a/2=old', 'a/1=new'])
      expect(found(store, '$x/#')).toEqual(['$x/1=old'])
      for (const topic of ['a/1', 'a/2', '$x/1', 'never']) store.retain(messageTo(topic, ''), nothing)
      expect(found(store, '#')).toEqual([])
      expect(store.empty).toBe(true)
    })

    it('that have expired are not found', async () => {
      const { store } = await open()
      store.retain(messageTo('a/1', 'old', 1, 0), nothing)
      store.retain(messageTo('a/2', 'new', 1, 60), nothing)
      expect(found(store, 'a/1')).toEqual([])
      expect(found(store, 'a/#')).toEqual(['a/2=new'])
    })
  })
}
