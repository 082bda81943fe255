import { once } from 'node:events'
import { connectRedis } from '@parley/config-feed'
import type { ProtocolLevel } from '@parley/mqtt-wire'
import { cleanUp, cleanUpFile, createTestRedis, eventually, type TestRedis } from '@parley/testkit'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type InstanceOptions, TestDataPlane, type TestInstance } from './support/data-plane.js'
import { replyIn, request } from './support/request-reply.js'
import type { PolicyPatch } from './support/snapshot.js'

let redis: TestRedis

beforeAll(async () => {
  redis = await createTestRedis()
})
afterAll(async () => {
  await cleanUpFile()
  await redis.end()
})

const log = pino({ level: 'silent' })

/** A node that keeps sessions in Redis. `cut` takes its connection to Redis away: from then on it writes nothing, as if killed. */
async function startNode(): Promise<{ plane: TestDataPlane; cut: () => void }> {
  const sessions: Redis = connectRedis(redis.url, log, 'sessions')
  await once(sessions, 'ready')
  const plane = await TestDataPlane.start({ sessions })
  plane.onStop(async () => sessions.disconnect())
  return { plane, cut: () => sessions.disconnect() }
}

async function startInstance(
  options: InstanceOptions = {}
): Promise<{ before: TestInstance; restart: () => Promise<TestInstance> }> {
  const { plane, cut } = await startNode()
  const before = await plane.instance(options)
  return {
    before,
    async restart() {
      cut()
      const next = await startNode()
      return next.plane.instance(options, before.id)
    }
  }
}

const kept = (level: ProtocolLevel, clientId = 'kept') => ({
  level,
  clientId,
  cleanStart: false,
  ...(level === 5 && { properties: { sessionExpiryInterval: 600 } })
})

describe('after a node was killed, a persistent session', () => {
  it.each([3, 4, 5] as const)(
    'of level %i has its subscriptions, and what was queued, in order',
    async (level) => {
      const { before, restart } = await startInstance()
      const away = await before.connect(kept(level))
      await away.subscribe('a/+', 2)
      await away.destroy()
      const publisher = await before.connect({ level: 5 })
      const properties = {
        responseTopic: 'replies/x',
        correlationData: Buffer.from([0, 255]),
        userProperties: [{ key: 'k', value: 'ä' }],
        contentType: 'text/plain',
        payloadFormatIndicator: 1 as const,
        messageExpiryInterval: 600
      }
      for (const qos of [1, 2, 1] as const) await publisher.publish('a/b', `qos ${qos}`, { qos, properties })
      const after = await restart()
      const back = await after.connect(kept(level))
      if (level !== 3) expect(back.connack.sessionPresent).toBe(true)
      const received = [await back.receive(), await back.receive(), await back.receive()]
      expect(received.map(({ payload, qos }) => [payload.toString(), qos])).toEqual([
        ['qos 1', 1],
        ['qos 2', 2],
        ['qos 1', 1]
      ])
      if (level === 5)
        expect(received[0]!.properties).toMatchObject({
          ...properties,
          messageExpiryInterval: expect.any(Number)
        })
      await (await after.connect()).publish('a/c', 'new', { qos: 1 })
      expect((await back.receive()).payload.toString()).toBe('new')
      await back.expectNothing()
    }
  )

  it('gets what it had not acknowledged again, under the same packet ids, and not what it had', async () => {
    const { before, restart } = await startInstance()
    const client = await before.connect(kept(4))
    await client.subscribe('a', 2)
    const publisher = await before.connect()
    await publisher.publish('a', 'acknowledged', { qos: 1 })
    await publisher.publish('a', 'open', { qos: 1 })
    await publisher.publish('a', 'received', { qos: 2 })
    await client.receive()
    const open = await client.next('publish')
    const received = await client.next('publish')
    client.ack('pubrec', received.packetId)
    await client.next('pubrel')
    const after = await restart()
    const back = await after.connect(kept(4))
    expect(await back.next('publish')).toMatchObject({
      payload: open.payload,
      packetId: open.packetId,
      dup: true
    })
    expect((await back.next('pubrel')).packetId).toBe(received.packetId)
    back.ack('puback', open.packetId)
    back.ack('pubcomp', received.packetId)
    await back.expectNothing()
    await back.destroy()
    await (await after.connect(kept(4))).expectNothing()
  })

  it('is answered once for a request that was waiting for its acknowledgement', async () => {
    const { before, restart } = await startInstance()
    const responder = await before.connect(kept(4, 'responder'))
    await responder.subscribe('cmd/#', 2)
    await request(await before.connect({ level: 5, clientId: 'requester' }), {
      qos: 2,
      properties: { correlationData: Buffer.from('7') }
    })
    const { packetId } = await responder.next('publish')
    responder.ack('pubrec', packetId)
    await responder.next('pubrel')
    const after = await restart()
    const asking = await after.connect({ level: 5, clientId: 'requester' })
    await asking.subscribe('replies/me', 1)
    const back = await after.connect(kept(4, 'responder'))
    await back.next('pubrel')
    back.ack('pubcomp', packetId)
    expect(replyIn(await asking.receive())).toMatchObject({
      instanceId: after.id,
      publisherClientId: 'requester',
      subscriberClientId: 'responder',
      topic: 'cmd/door',
      pubProps: { correlationData: '7' }
    })
    await asking.expectNothing()
  })

  it('knows which QoS 2 messages it has from its client', async () => {
    const { before, restart } = await startInstance()
    const sender = await before.connect(kept(4, 'sender'))
    const packetId = sender.sendPublish('a', 'once', { qos: 2 })
    await sender.next('pubrec')
    const after = await restart()
    const watcher = await after.connect()
    await watcher.subscribe('a', 2)
    const back = await after.connect(kept(4, 'sender'))
    back.sendPublish('a', 'once', { qos: 2, packetId, dup: true })
    await back.next('pubrec')
    await back.release(packetId)
    await watcher.expectNothing()
    await back.publish('a', 'another', { qos: 2, packetId })
    expect((await watcher.receive()).payload.toString()).toBe('another')
  })

  it('is gone after UNSUBSCRIBE, a clean start, or DISCONNECT with expiry 0', async () => {
    const { before, restart } = await startInstance()
    const client = await before.connect(kept(5, 'unsubscribes'))
    await client.subscribe('a', 1)
    await client.unsubscribe('a')
    await (await before.connect(kept(5, 'starts-clean'))).subscribe('a', 1)
    await before.connect({ clientId: 'starts-clean' })
    const leaves = await before.connect(kept(5, 'leaves'))
    await leaves.subscribe('a', 1)
    await leaves.disconnect(0, { sessionExpiryInterval: 0 })
    await (await before.connect()).publish('b', 'a round trip through the store', { qos: 1, retain: true })
    const after = await restart()
    await (await after.connect()).publish('a', 'x', { qos: 1 })
    for (const clientId of ['unsubscribes', 'starts-clean', 'leaves']) {
      const back = await after.connect(kept(5, clientId))
      expect([clientId, back.connack.sessionPresent]).toEqual([clientId, clientId === 'unsubscribes'])
      await back.expectNothing()
    }
  })
})

describe('after a node was killed', () => {
  it('retained messages are there, and removed ones are not', async () => {
    const { before, restart } = await startInstance()
    const publisher = await before.connect()
    for (const topic of ['a/1', 'a/2', 'a/3']) await publisher.publish(topic, topic, { qos: 1, retain: true })
    await publisher.publish('a/2', '', { qos: 1, retain: true })
    const after = await restart()
    const reader = await after.connect()
    await reader.subscribe('a/#', 1)
    expect((await reader.receive()).topic).toBe('a/1')
    expect(await reader.receive()).toMatchObject({ topic: 'a/3', retain: true })
    await reader.expectNothing()
  })

  it('a will with a delay does not wait when no session of its client was kept', async () => {
    const { before, restart } = await startInstance()
    const watcher = await before.connect(kept(5, 'watcher'))
    await watcher.subscribe('will/#', 1)
    const will = { topic: 'will/dies', qos: 1 as const, properties: { willDelayInterval: 600 } }
    await before.connect({ level: 5, clientId: 'dies', will })
    await watcher.publish('b', 'a round trip through the store', { qos: 1, retain: true })
    const after = await restart()
    const back = await after.connect(kept(5, 'watcher'))
    expect((await back.receive()).topic).toBe('will/dies')
    await back.expectNothing()
  })

  it('the wills of the clients it had are published once, those of clients that left are not', async () => {
    const { before, restart } = await startInstance()
    const watcher = await before.connect(kept(4, 'watcher'))
    await watcher.subscribe('will/#', 1)
    await before.connect({ clientId: 'dies', will: { topic: 'will/dies', qos: 1 } })
    const left = await before.connect({ clientId: 'left', will: { topic: 'will/left', qos: 1 } })
    await left.disconnect()
    await watcher.publish('b', 'a round trip through the store', { qos: 1, retain: true })
    const after = await restart()
    const back = await after.connect(kept(4, 'watcher'))
    expect((await back.receive()).topic).toBe('will/dies')
    await back.expectNothing()
  })

  it('another instance finds nothing of it', async () => {
    const { before, restart } = await startInstance()
    await (await before.connect(kept(4))).subscribe('a', 1)
    await (await before.connect()).publish('a', 'x', { qos: 1, retain: true })
    const after = await restart()
    const neighbour = await after.plane.instance()
    const stranger = await neighbour.connect(kept(4))
    expect(stranger.connack.sessionPresent).toBe(false)
    await stranger.subscribe('#', 1)
    await stranger.expectNothing()
  })
})

describe('while Redis is away', () => {
  it('a QoS 1 publish to a persistent session is acknowledged only when it is back, and delivered once', async () => {
    const own = await createTestRedis()
    const sessions = connectRedis(own.url, log, 'sessions')
    await once(sessions, 'ready')
    const plane = await TestDataPlane.start({ sessions })
    plane.onStop(async () => {
      sessions.disconnect()
      await own.end()
    })
    const instance = await plane.instance()
    const subscriber = await instance.connect({ ...kept(4), autoAck: true })
    await subscriber.subscribe('a', 1)
    const publisher = await instance.connect()
    await publisher.publish('a', 'before', { qos: 1 })
    const clean = await instance.connect({ autoAck: true })
    await clean.subscribe('b', 1)
    await own.stop()
    await eventually(() => expect(sessions.status).not.toBe('ready'))
    const packetId = publisher.sendPublish('a', 'during', { qos: 1 })
    const other = await instance.connect()
    await other.publish('b', 'clean sessions go on', { qos: 1 })
    expect((await clean.next('publish')).payload.toString()).toBe('clean sessions go on')
    const refused = await instance.open()
    expect((await refused.connect(kept(4, 'new'))).reasonCode).toBe(3)
    expect(publisher.inbox).toEqual([])
    await own.start()
    expect((await publisher.next('puback', 10_000)).packetId).toBe(packetId)
    expect((await subscriber.next('publish')).payload.toString()).toBe('before')
    expect((await subscriber.next('publish')).payload.toString()).toBe('during')
    await subscriber.expectNothing()
    await instance.connect(kept(4, 'new'))
  })
})

describe('a node that starts while Redis is away', () => {
  it('serves clean sessions, and acknowledges what persistent ones must get when it knows them and they have it', async () => {
    const own = await createTestRedis()
    const node = async (): Promise<{ plane: TestDataPlane; sessions: Redis }> => {
      const sessions = connectRedis(own.url, log, 'sessions')
      const plane = await TestDataPlane.start({ sessions })
      plane.onStop(async () => sessions.disconnect())
      return { plane, sessions }
    }
    const first = await node()
    first.plane.onStop(() => own.end())
    await eventually(() => expect(first.sessions.status).toBe('ready'))
    const before = await first.plane.instance()
    const away = await before.connect(kept(4))
    await away.subscribe('a', 1)
    await away.destroy()
    await (await before.connect()).publish('b', 'a round trip through the store', { qos: 1, retain: true })
    first.sessions.disconnect()
    await own.stop()
    const { plane } = await node()
    const after = await plane.instance({}, before.id)
    const listener = await after.connect({ autoAck: true })
    await listener.subscribe('a', 1)
    const publisher = await after.connect({ level: 5 })
    const packetId = publisher.sendPublish('a', 'unknown to the node', { qos: 1 })
    expect((await listener.next('publish')).payload.toString()).toBe('unknown to the node')
    await publisher.expectNothing()
    await own.start()
    await eventually(() => {
      after.sweepIn(0)
      expect(publisher.inbox).toHaveLength(1)
    })
    expect(await publisher.next('puback')).toMatchObject({ packetId, reasonCode: 0 })
    const back = await after.connect(kept(4))
    expect((await back.receive()).payload.toString()).toBe('unknown to the node')
    await back.expectNothing()
    await listener.expectNothing()
  })
})

describe('a session that is opened again while its reply is being stored', () => {
  it('is not sent the request again', async () => {
    const { before } = await startInstance()
    const responder = await before.connect(kept(4, 'responder'))
    await responder.subscribe('cmd/#', 1)
    const asking = await before.connect(kept(5, 'asking'))
    await asking.subscribe('replies/me', 1)
    await request(asking)
    const { packetId } = await responder.next('publish')
    responder.ack('puback', packetId)
    const again = await before.connect(kept(4, 'responder'))
    await again.expectNothing()
    expect(replyIn(await asking.receive()).subscriberClientId).toBe('responder')
    await asking.expectNothing()
  })
})

describe('a client that retains at QoS 0 faster than Redis takes it', () => {
  it('is not read further before Redis has it, and in the end all is kept', async () => {
    const own = await createTestRedis()
    const sessions = connectRedis(own.url, log, 'sessions')
    await once(sessions, 'ready')
    const plane = await TestDataPlane.start({ sessions })
    plane.onStop(async () => {
      sessions.disconnect()
      await own.end()
    })
    const instance = await plane.instance()
    const client = await instance.connect()
    const admin = new Redis(own.url)
    cleanUp(async () => admin.disconnect())
    await admin.call('CLIENT', 'PAUSE', '60000', 'WRITE')
    const topics = Array.from({ length: 5_000 }, (_, i) => `state/${i}`)
    for (const topic of topics) client.sendPublish(topic, 'x', { retain: true })
    await eventually(() => expect(instance.counters.messagesIn).toBeGreaterThan(1_000))
    const other = await instance.connect()
    await other.ping()
    expect(instance.counters.messagesIn).toBeLessThan(2_500)
    await admin.call('CLIENT', 'UNPAUSE')
    await client.ping()
    await eventually(async () => expect(await admin.hlen(`{${instance.id}}:retained`)).toBe(topics.length))
  })
})

describe('retained messages for a session that is kept in Redis', () => {
  it.each([1, 2] as const)('all come at QoS %i, also more than wait for one client', async (qos) => {
    const queuedMessagesMax = 100
    const { before: instance } = await startInstance({ limits: { queuedMessagesMax, maxInflight: 10 } })
    const publisher = await instance.connect({ level: 5 })
    const topics = Array.from({ length: 1_500 }, (_, at) => `r/${at}`)
    for (const topic of topics) await publisher.publish(topic, 'x', { retain: true, qos: 2 })
    const client = await instance.connect({ ...kept(5), autoAck: true })
    await client.subscribe('#', qos)
    const got = (): string[] =>
      client.inbox.flatMap((packet) => (packet.type === 'publish' ? [packet.topic] : []))
    await eventually(() => expect(got()).toHaveLength(topics.length), { timeoutMs: 15_000 })
    await client.ping()
    expect(got()).toEqual(topics)
    expect(instance.drops('queue_full') + instance.drops('queues_full')).toBe(0)
  })
})

describe('a subscription that is taken away while it is being stored', () => {
  it('brings no retained message', async () => {
    const own = await createTestRedis()
    const sessions = connectRedis(own.url, log, 'sessions')
    await once(sessions, 'ready')
    const plane = await TestDataPlane.start({ sessions })
    plane.onStop(async () => {
      sessions.disconnect()
      await own.end()
    })
    const everything: PolicyPatch = { effect: 'allow', actions: ['connect', 'publish', 'subscribe'] }
    const instance = await plane.instance({ authorization: true, policies: [everything] })
    const publisher = await instance.connect()
    for (const topic of ['secret', 'open']) await publisher.publish(topic, topic, { qos: 1, retain: true })
    const client = await instance.connect(kept(5))
    const admin = new Redis(own.url)
    cleanUp(async () => admin.disconnect())
    await admin.call('CLIENT', 'PAUSE', '60000', 'WRITE')
    client.send({
      type: 'subscribe',
      packetId: 9,
      subscriptionIdentifier: undefined,
      subscriptions: ['secret', 'open'].map((topicFilter) => ({
        topicFilter,
        qos: 1 as const,
        noLocal: false,
        retainAsPublished: false,
        retainHandling: 0 as const
      }))
    })
    await eventually(() => expect(instance.broker.index.match('secret').entries).toHaveLength(1))
    const deny: PolicyPatch = { effect: 'deny', actions: ['subscribe'], condition: { topic: 'secret' } }
    await instance.change({ authorization: true, policies: [deny, everything] })
    expect(instance.drops('subscription_revoked')).toBe(1)
    await admin.call('CLIENT', 'UNPAUSE')
    await client.next('suback')
    expect((await client.receive()).topic).toBe('open')
    await client.expectNothing()
  })
})

describe('what is kept in Redis', () => {
  it('is looked after without a client: a session expires, and a will is published', async () => {
    const { before, restart } = await startInstance()
    await (await before.connect(kept(4, 'watcher'))).subscribe('will', 1)
    await before.connect({
      ...kept(5, 'dies'),
      properties: { sessionExpiryInterval: 1 },
      will: { topic: 'will', qos: 1 }
    })
    await (await before.connect()).publish('b', 'a round trip through the store', { qos: 1, retain: true })
    const after = await restart()
    await eventually(() => {
      after.sweepIn(2_000)
      expect(after.drops('session_expired')).toBe(1)
    })
    const watcher = await after.connect(kept(4, 'watcher'))
    expect((await watcher.receive()).topic).toBe('will')
    expect((await after.connect(kept(5, 'dies'))).connack.sessionPresent).toBe(false)
  })

  it('is removed with the instance', async () => {
    const { before } = await startInstance()
    await (await before.connect(kept(4))).subscribe('a', 1)
    await (await before.connect()).publish('a', 'x', { qos: 1, retain: true })
    const admin = new Redis(redis.url)
    cleanUp(async () => admin.disconnect())
    expect(await admin.keys(`{${before.id}}:*`)).not.toEqual([])
    await before.change({ deleted: true })
    await eventually(async () => expect(await admin.keys(`{${before.id}}:*`)).toEqual([]))
  })
})
