import { createTestRedis, eventually, type TestRedis } from '@parley/testkit'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Counters } from '../src/ops/counters.js'
import type { Connection } from '../src/session/connection.js'
import type { Session } from '../src/session/session.js'
import type { Will } from '../src/session/will.js'
import { SessionKeys } from '../src/store/redis/keys.js'
import { RedisSessionStore } from '../src/store/redis/redis-session-store.js'
import type { KeptWill } from '../src/store/session-store.js'
import { stored } from '../src/store/stored-step.js'
import { copyOf, messageTo, payloadsOf, settled } from './support/session-store-tests.js'
import { newInstanceId } from './support/snapshot.js'

let server: TestRedis
let redis: Redis
beforeAll(async () => {
  server = await createTestRedis()
  redis = new Redis(server.url)
  await redis.ping()
})
afterAll(async () => {
  redis.disconnect()
  await server.end()
})

const nothing = () => undefined
const bounds = { queuedMessagesMax: 100, queuedBytesMax: 100_000 }

interface Known {
  onSession?: (session: Session) => void
  onWill?: (will: KeptWill) => void
  /** Its connection to Redis; all share one by default. */
  connection?: Redis
}

/** A node's view of an instance. */
async function openNode(instanceId: string, node: string, known: Known = {}): Promise<RedisSessionStore> {
  const { onSession = nothing, onWill = nothing, connection = redis } = known
  const store = new RedisSessionStore({
    redis: connection,
    instanceId,
    node,
    log: pino({ level: 'silent' }),
    dir: undefined,
    bounds: () => bounds,
    counters: new Counters()
  })
  await store.load(onSession, onWill)
  return store
}

/** A session that one node has, and that a second one has taken since: `lost` says that the first was told. */
async function takenSession() {
  const instanceId = newInstanceId()
  const first = await openNode(instanceId, 'first')
  const { session } = await first.open('me', false, 60)
  const told = { lost: false }
  const connection: Partial<Connection> = {
    lost: () => {
      told.lost = true
    },
    hasWindow: () => true,
    state: 'closed'
  }
  session.connection = connection as Connection
  await settled(first)
  const second = await openNode(instanceId, 'second')
  const { session: taken } = await second.open('me', false, 60)
  return { instanceId, first, session, told, second, taken }
}

/** Everything that an owner may write. */
function writeAll(store: RedisSessionStore, session: Session): void {
  store.enqueue(session, copyOf('late'))
  store.receive(session, 7, nothing)
  const subscription = { qos: 1, noLocal: false, retainAsPublished: false, identifier: undefined } as const
  store.subscribe(session, { topicFilter: 'late', ...subscription }, nothing)
}

async function everythingOf(instanceId: string): Promise<unknown[]> {
  const keys = new SessionKeys(instanceId)
  return Promise.all([
    redis.hgetall(keys.session('me')),
    redis.hgetall(keys.queue('me')),
    redis.smembers(keys.received('me')),
    redis.hgetall(keys.subscriptions('me')),
    redis.get(keys.queuedBytes),
    redis.smembers(keys.sessions),
    redis.zrange(keys.schedule, '0', '-1', 'WITHSCORES')
  ])
}

describe('a node that lost a session to another one', () => {
  it('writes nothing of it any more, and is told', async () => {
    const { instanceId, first, session, told } = await takenSession()
    const before = await everythingOf(instanceId)
    writeAll(first, session)
    first.leave(session, 1_000)
    await settled(first)
    expect(await everythingOf(instanceId)).toEqual(before)
    expect(told.lost).toBe(true)
  })

  it('neither when the other one has begun it anew, so that its epoch begins again', async () => {
    const { instanceId, first, session, told, second, taken } = await takenSession()
    taken.expiryS = 0
    second.leave(taken, 1_000)
    await settled(second)
    await second.open('me', false, 60)
    const before = await everythingOf(instanceId)
    expect((before[0] as Record<string, string>).epoch).toBe(session.stored!.epoch)
    writeAll(first, session)
    first.leave(session, 1_000)
    await settled(first)
    expect(await everythingOf(instanceId)).toEqual(before)
    expect(told.lost).toBe(true)
  })

  it('may still queue for it: what it hands over is there once', async () => {
    const { instanceId, second, taken } = await takenSession()
    const known: Session[] = []
    const third = await openNode(instanceId, 'third', { onSession: (session) => known.push(session) })
    second.leave(taken, Date.now())
    await settled(second)
    const copy = copyOf('once')
    for (let times = 0; times < 2; times++) {
      third.enqueue(known[0]!, copy)
      await settled(third)
    }
    const { session } = await second.open('me', false, 60)
    expect(payloadsOf(session.queued())).toEqual(['once'])
  })
})

describe('of two nodes that see that something is due', () => {
  it('one ends a session, and the other leaves it alone', async () => {
    const instanceId = newInstanceId()
    const first = await openNode(instanceId, 'first')
    const { session } = await first.open('me', false, 60)
    first.leave(session, 1_000)
    await settled(first)
    const second = await openNode(instanceId, 'second')
    const ended: Session[] = []
    for (const node of [first, second]) node.expire(61_001, (over) => ended.push(over))
    await eventually(() => expect(ended).toHaveLength(2))
    expect(ended.filter(({ elsewhere }) => elsewhere)).toHaveLength(1)
    const [fields, , , , bytes, sessions, schedule] = await everythingOf(instanceId)
    expect([fields, bytes, sessions, schedule]).toEqual([{}, null, [], []])
  })

  it('neither ends a session whose client is back', async () => {
    const instanceId = newInstanceId()
    const first = await openNode(instanceId, 'first')
    const { session } = await first.open('me', false, 60)
    first.leave(session, 1_000)
    await settled(first)
    const second = await openNode(instanceId, 'second')
    const { session: back } = await second.open('me', false, 60)
    const ended: Session[] = []
    first.expire(61_001, (over) => ended.push(over))
    await eventually(() => expect(ended).toEqual([session]))
    expect(session.elsewhere).toBe(true)
    await stored((done) => second.receive(back, 7, done))
    expect((await everythingOf(instanceId))[2]).toEqual(['7'])
  })

  it('one publishes a will; after a kill that came between, another may', async () => {
    const instanceId = newInstanceId()
    const [first, second] = [await openNode(instanceId, 'first'), await openNode(instanceId, 'second')]
    const dueAtMs = Date.now()
    first.keepWill('me', will('gone'), dueAtMs)
    const claims = [await first.claimWill('me', dueAtMs), await second.claimWill('me', dueAtMs)]
    expect(claims).toEqual([true, false])
    const wills: KeptWill[] = []
    const third = await openNode(instanceId, 'third', { onWill: (kept) => wills.push(kept) })
    expect(JSON.stringify(wills[0])).toContain(will('gone').packet.topic)
    expect(wills).toHaveLength(1)
    expect(wills[0]!.dueAtMs).toBeGreaterThan(dueAtMs)
    expect(await third.claimWill('me', wills[0]!.dueAtMs!)).toBe(true)
    third.forgetWill('me')
    await settled(third)
    expect(await third.claimWill('me', wills[0]!.dueAtMs!)).toBe(false)
  })

  it('nobody publishes the will of a client that is back', async () => {
    const store = await openNode(newInstanceId(), 'first')
    const dueAtMs = Date.now()
    store.keepWill('me', will('old'), dueAtMs)
    store.keepWill('me', will('new'), null)
    expect(await store.claimWill('me', dueAtMs)).toBe(false)
  })
})

describe('while Redis hangs', () => {
  it('what is collected of one topic is the last message, and a crowd of topics is told', async () => {
    const own = await createTestRedis()
    const connection = new Redis(own.url)
    await connection.ping()
    const instanceId = newInstanceId()
    const store = await openNode(instanceId, 'first', { connection })
    await connection.call('CLIENT', 'PAUSE', '700', 'ALL')
    for (let at = 0; at < 5_000; at++) store.retain(messageTo('same', `${at}`, 0), nothing)
    expect(store.isCrowded).toBe(false)
    for (let at = 0; at < 5_000; at++) store.retain(messageTo(`topic/${at}`, 'x', 0), nothing)
    expect(store.isCrowded).toBe(true)
    await settled(store)
    expect(store.isCrowded).toBe(false)
    const keys = new SessionKeys(instanceId)
    expect(await connection.hlen(keys.retained)).toBe(5_001)
    expect(`${await connection.hget(keys.retained, 'same')}`).toContain('4999')
    connection.disconnect()
    await own.end()
  })
})

function will(payload: string): Will {
  return {
    packet: { topic: 'will', payload: Buffer.from(payload), qos: 1, retain: false, properties: undefined },
    publisher: { id: 'me', username: null, clientHost: '127.0.0.1:1', protocolVersion: '5.0' }
  }
}
