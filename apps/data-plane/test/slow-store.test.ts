import { reasonCodes } from '@parley/mqtt-wire'
import { eventually } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { Message } from '../src/broker/message.js'
import type { SessionStore, Stored } from '../src/store/session-store.js'
import { startInstance, type TestInstance } from './support/data-plane.js'
import { replyIn, request, requester, responder } from './support/request-reply.js'
import { levels } from './support/versions.js'

type Step = 'enqueuePersistent' | 'retain' | 'subscribe' | 'unsubscribe'

/** Makes one step of the store wait until the test settles it, in order, with or without an error. */
function hold(store: SessionStore, step: Step): { waiting: () => number; settle(error?: Error): void } {
  const held: ((error: Error | null) => void)[] = []
  const original = store[step].bind(store) as (...args: unknown[]) => void
  Object.assign(store, {
    [step]: (...args: unknown[]) => {
      const stored = args.pop() as Stored
      held.push((error) => (error ? stored(error) : original(...args, stored)))
    }
  })
  return { waiting: () => held.length, settle: (error) => held.shift()!(error ?? null) }
}

/** With a kept session that is subscribed to `a`, so that every publish there has something to store. */
async function withKeptSession(): Promise<TestInstance> {
  // A store that takes one publish of a client at a time.
  const instance = await startInstance({ sessions: 'memory' })
  const kept = await instance.connect({ clientId: 'kept', cleanStart: false })
  await kept.subscribe(['a', 'cmd/#'], 2)
  await kept.disconnect()
  return instance
}

describe.each(levels)('while the store takes its time, a client of level %i', (level) => {
  it.each([1, 2] as const)('gets no acknowledgement at QoS %i before its message is stored', async (qos) => {
    const instance = await withKeptSession()
    const client = await instance.connect({ level })
    const neighbour = await instance.connect()
    const store = hold(instance.broker.store, 'enqueuePersistent')
    const packetId = client.sendPublish('a', 'x', { qos })
    client.send({ type: 'pingreq' })
    await eventually(() => expect(store.waiting()).toBe(1))
    await neighbour.expectNothing()
    expect(client.inbox).toEqual([])
    store.settle()
    expect(await client.next()).toMatchObject({ type: qos === 1 ? 'puback' : 'pubrec', packetId })
    expect((await client.next()).type).toBe('pingresp')
    if (qos === 2) await client.release(packetId)
    const back = await instance.connect({ clientId: 'kept', cleanStart: false })
    expect((await back.receive()).payload.toString()).toBe('x')
  })

  it('has its publishes stored and delivered in order', async () => {
    const instance = await withKeptSession()
    const watcher = await instance.connect()
    await watcher.subscribe('a')
    const client = await instance.connect({ level })
    const stored = hold(instance.broker.store, 'enqueuePersistent')
    const retained = hold(instance.broker.store, 'retain')
    client.send(
      client.publishPacket('a', '1', { qos: 1, retain: true }),
      client.publishPacket('a', '2', { qos: 1 }),
      client.publishPacket('a', '3')
    )
    await eventually(() => expect(retained.waiting()).toBe(1))
    await watcher.expectNothing()
    expect(stored.waiting()).toBe(0)
    retained.settle()
    await eventually(() => expect(stored.waiting()).toBe(1))
    stored.settle()
    await eventually(() => expect(stored.waiting()).toBe(1))
    stored.settle()
    const received = [
      await watcher.next('publish'),
      await watcher.next('publish'),
      await watcher.next('publish')
    ]
    expect(received.map(({ payload }) => payload.toString())).toEqual(['1', '2', '3'])
  })

  it('is closed without an acknowledgement when its message cannot be stored, and nobody gets it', async () => {
    const instance = await withKeptSession()
    const watcher = await instance.connect()
    await watcher.subscribe('a')
    const client = await instance.connect({ level })
    const store = hold(instance.broker.store, 'enqueuePersistent')
    client.sendPublish('a', 'x', { qos: 1 })
    await eventually(() => expect(store.waiting()).toBe(1))
    store.settle(new Error('no store'))
    expect(await client.closed).toBe(level === 5 ? reasonCodes.unspecifiedError : null)
    expect(client.inbox.filter(({ type }) => type === 'puback')).toEqual([])
    expect(instance.drops('not_stored')).toBe(1)
    await watcher.expectNothing()
  })

  it.each(['subscribe', 'unsubscribe'] as const)('waits for its %s to be stored', async (step) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    const store = hold(instance.broker.store, step)
    const answer = step === 'subscribe' ? client.subscribe(['a', 'b'], 1) : client.unsubscribe('a', 'b')
    await eventually(() => expect(store.waiting()).toBe(2))
    expect(client.inbox).toEqual([])
    store.settle()
    store.settle()
    await answer
    const refused = step === 'subscribe' ? client.subscribe('c') : client.unsubscribe('c')
    const failed = expect(refused).rejects.toThrow('closed')
    await eventually(() => expect(store.waiting()).toBe(1))
    store.settle(new Error('no store'))
    await failed
    expect(instance.drops('not_stored')).toBe(1)
  })
})

describe('a client that hangs up while its session is opened', () => {
  it('leaves nothing behind', async () => {
    const instance = await startInstance()
    const neighbour = await instance.connect()
    const { broker } = instance
    const open = broker.store.open.bind(broker.store)
    let go: (() => void) | undefined
    broker.store.open = async (...args) => {
      await new Promise<void>((resolve) => {
        go = resolve
      })
      return open(...args)
    }
    const client = await instance.open()
    client.sendConnect({ clientId: 'gone' })
    await eventually(() => expect(go).toBeDefined())
    await client.destroy()
    await eventually(() => expect(broker.connections.size).toBe(1))
    go!()
    await neighbour.ping()
    expect(broker.clients.gone).toBeUndefined()
    expect(broker.connectedClients).toBe(1)
    broker.store.open = open
    expect((await instance.connect({ clientId: 'gone', cleanStart: false })).connack.sessionPresent).toBe(
      false
    )
  })
})

describe('a QoS 2 publish whose sender hangs up while it is stored', () => {
  it('is not published again when the sender repeats it', async () => {
    const instance = await withKeptSession()
    const me = { clientId: 'me', cleanStart: false }
    const first = await instance.connect(me)
    const store = hold(instance.broker.store, 'enqueuePersistent')
    const packetId = first.sendPublish('a', 'once', { qos: 2 })
    await eventually(() => expect(store.waiting()).toBe(1))
    await first.destroy()
    await eventually(() => expect(instance.broker.clients.me).toBeUndefined())
    store.settle()
    const second = await instance.connect(me)
    second.sendPublish('a', 'once', { qos: 2, packetId, dup: true })
    await second.next('pubrec')
    await second.release(packetId)
    expect(store.waiting()).toBe(0)
    const kept = await instance.connect({ clientId: 'kept', cleanStart: false })
    await kept.receive()
    await kept.expectNothing()
  })
})

describe('a reply that waits for the store', () => {
  it('goes to those who are subscribed when it is stored', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance)
    const kept = await instance.connect({ clientId: 'kept', cleanStart: false })
    await kept.subscribe('replies/#', 1)
    await request(asking)
    const { packetId } = await answering.next('publish')
    const store = hold(instance.broker.store, 'enqueuePersistent')
    answering.ack('puback', packetId)
    await eventually(() => expect(store.waiting()).toBe(1))
    await asking.unsubscribe('replies/me')
    store.settle()
    await kept.receive()
    await asking.expectNothing()
  })
})

describe('a reply that the store refuses', () => {
  it('becomes a job', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance)
    const waiting = await instance.connect({ clientId: 'waiting', cleanStart: false })
    await waiting.subscribe('replies/#', 1)
    await request(asking)
    const { packetId } = await answering.next('publish')
    const store = hold(instance.broker.store, 'enqueuePersistent')
    answering.ack('puback', packetId)
    await eventually(() => expect(store.waiting()).toBe(1))
    store.settle(new Error('no store'))
    await asking.expectNothing()
    const { jobs } = instance.plane.retries
    expect(jobs).toHaveLength(1)
    expect(replyIn({ payload: Buffer.from(jobs[0]!.payload) }).subscriberClientId).toBe('responder')
    expect(instance.counters).toMatchObject({ repliesPublished: 0, repliesQueued: 1 })
  })
})

describe('while the store takes its time', () => {
  it('a client has at most 1 MiB and one message on its way there', async () => {
    const instance = await withKeptSession()
    const client = await instance.connect({ level: 5 })
    const store = hold(instance.broker.store, 'enqueuePersistent')
    Object.assign(instance.broker.store, { publishesAtOnce: 64 })
    const payload = Buffer.alloc(300_000)
    const sent = 12
    for (let number = 0; number < sent; number++) client.sendPublish('a', payload, { qos: 1 })
    for (let acknowledged = 0; acknowledged < sent; acknowledged++) {
      const waiting = Math.min(4, sent - acknowledged)
      await eventually(() => expect(store.waiting()).toBe(waiting))
      await (await instance.connect()).expectNothing()
      expect(store.waiting()).toBe(waiting)
      store.settle()
      await client.next('puback')
    }
    await client.expectNothing()
  })

  it('messages that wait until sessions are known are bounded by what they weigh', async () => {
    const { broker } = await withKeptSession()
    const message = new Message({
      topic: 'a',
      payload: Buffer.alloc(1_048_576),
      qos: 1,
      retain: false,
      publisherClientId: 'publisher',
      origin: 'client',
      receivedAtMs: Date.now(),
      properties: undefined
    })
    let placed = 0
    while (placed < 1_000 && broker.placeLater(message, () => undefined)) placed++
    expect(placed).toBe(63)
  })
})
