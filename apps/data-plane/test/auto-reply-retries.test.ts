import { cleanUpFile, createTestRedis, eventually, type MqttProbe, type TestRedis } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RedisRetries } from '../src/auto-reply/redis-retries.js'
import { type InstanceOptions, TestDataPlane, type TestInstance } from './support/data-plane.js'
import { replyIn, request, responder, responseTopic } from './support/request-reply.js'
import type { PolicyPatch } from './support/snapshot.js'

let redis: TestRedis

beforeAll(async () => {
  redis = await createTestRedis()
})
beforeEach(() => redis.flush())
afterAll(async () => {
  await cleanUpFile()
  await redis.end()
})

const quick = { attempts: 4, firstDelayMs: 20, maxDelayMs: 40, maxAgeMs: 900_000 }
/** Nothing comes by itself within the test: only a SUBSCRIBE brings it. */
const patient = { attempts: 4, firstDelayMs: 60_000, maxDelayMs: 60_000, maxAgeMs: 900_000 }

let nodes = 0

/** An instance on a node whose replies wait in Redis. */
async function startInstance(options: InstanceOptions): Promise<TestInstance> {
  const retries: RedisRetries[] = []
  const plane = await TestDataPlane.start({
    replyRetries: ({ log, directory }) => {
      const node = `node-${++nodes}`
      const made = new RedisRetries({
        redisUrl: redis.url,
        node,
        log,
        directory,
        isDeleted: () => false,
        isNodeAlive: async (name) => name === node
      })
      retries.push(made)
      return made
    }
  })
  await retries[0]!.start()
  plane.onStop(() => retries[0]!.stop())
  return plane.instance(options)
}

async function answeredRequest(instance: TestInstance, properties = {}): Promise<void> {
  const asking = await instance.connect({ level: 5, clientId: 'asking' })
  const answering = await responder(instance)
  await request(asking, { properties: { correlationData: Buffer.from('7'), ...properties } })
  await answering.receive()
  await answering.ping()
  await Promise.all([asking.disconnect(), answering.disconnect()])
}

describe('a reply that nobody waits for', () => {
  it('comes at once when somebody subscribes to its topic, once', async () => {
    const instance = await startInstance({ autoReply: { retry: patient } })
    await answeredRequest(instance)
    const late = await instance.connect({ level: 5 })
    await late.subscribe(responseTopic, 1)
    const reply = await late.receive()
    expect(replyIn(reply)).toMatchObject({ subscriberClientId: 'responder', publisherClientId: 'asking' })
    expect(reply.properties).toEqual({
      correlationData: Buffer.from('7'),
      contentType: 'application/json',
      payloadFormatIndicator: 1
    })
    await late.expectNothing()
    await late.subscribe(responseTopic, 1)
    await late.expectNothing()
    expect(instance.counters).toMatchObject({ repliesQueued: 1, repliesPublished: 1 })
  })

  it('comes to a wildcard that matches, and keeps what remains of its expiry', async () => {
    const instance = await startInstance({ autoReply: { retry: patient } })
    await answeredRequest(instance, { messageExpiryInterval: 100 })
    const late = await instance.connect({ level: 5 })
    await late.subscribe('replies/+', 1)
    const { properties } = await late.receive()
    expect(properties?.messageExpiryInterval).toBeGreaterThan(90)
    expect(properties?.messageExpiryInterval).toBeLessThanOrEqual(100)
  })

  it('does not come to another topic, nor to a logger, nor to another instance', async () => {
    const instance = await startInstance({ autoReply: { retry: patient } })
    const neighbour = await instance.plane.instance()
    await answeredRequest(instance)
    const bystander = await neighbour.connect()
    await bystander.subscribe(responseTopic, 1)
    const other = await instance.connect()
    await other.subscribe(['replies/you', '#', '+/me'], 1)
    await bystander.expectNothing()
    await other.expectNothing()
    const late = await instance.connect()
    await late.subscribe(responseTopic, 1)
    await late.receive()
    expect((await other.receive()).topic).toBe(responseTopic)
    await bystander.expectNothing()
  })

  it('is tried again by itself', async () => {
    const instance = await startInstance({ autoReply: { retry: { ...quick, attempts: 100 } } })
    await answeredRequest(instance)
    await eventually(() => expect(instance.counters.replyJobs.get('retried')).toBeGreaterThan(1))
    const late = await instance.connect()
    await late.subscribe(responseTopic, 1)
    await late.receive()
    await late.expectNothing()
  })

  it('waits on while nobody at all is connected', async () => {
    const instance = await startInstance({ autoReply: { retry: { ...quick, attempts: 100 } } })
    await answeredRequest(instance)
    for (let second = 0; second < 40; second++) instance.sweepIn(0)
    expect(instance.broker).toBeUndefined()
    const retried = instance.counters.replyJobs.get('retried') ?? 0
    await eventually(() => expect(instance.counters.replyJobs.get('retried')).toBeGreaterThan(retried + 1))
    const late = await instance.connect()
    await late.subscribe(responseTopic, 1)
    expect(replyIn(await late.receive()).subscriberClientId).toBe('responder')
    await late.expectNothing()
  })

  it('ends as a dead letter after the last attempt', async () => {
    const instance = await startInstance({ autoReply: { retry: quick } })
    await answeredRequest(instance)
    await eventually(() => expect(instance.counters.replyJobs.get('dead_letter')).toBe(1))
    expect(instance.counters.replyJobs.get('retried')).toBe(quick.attempts - 1)
    const late = await instance.connect()
    await late.subscribe(responseTopic, 1)
    await late.expectNothing()
  })

  it('is dropped when the request expires', async () => {
    const instance = await startInstance({ autoReply: { retry: { ...quick, attempts: 100 } } })
    await answeredRequest(instance, { messageExpiryInterval: 1 })
    await eventually(() => expect(instance.counters.replyJobs.get('expired')).toBe(1))
    const late = await instance.connect()
    await late.subscribe(responseTopic, 1)
    await late.expectNothing()
    expect(instance.counters.replyJobs.get('dead_letter')).toBeUndefined()
  })

  it('is dropped without a dead letter when the instance stops to answer', async () => {
    const instance = await startInstance({ autoReply: { retry: patient } })
    await answeredRequest(instance)
    await instance.change({ autoReply: { retry: patient, enabled: false } })
    const late = await instance.connect()
    await late.subscribe(responseTopic, 1)
    await eventually(() => expect(instance.counters.replyJobs.get('gone')).toBe(1))
    await late.expectNothing()
  })
})

describe('a waiting reply, when policies change', () => {
  const allow = (topic: string, clientId: string): PolicyPatch => ({
    effect: 'allow',
    actions: ['publish', 'subscribe'],
    condition: { topic, clientId }
  })
  const basis: PolicyPatch[] = [
    { effect: 'allow', actions: ['connect'], condition: {} },
    allow('cmd/#', 'asking'),
    allow('cmd/#', 'responder'),
    allow('replies/#', 'late')
  ]
  const owned = [...basis, allow(responseTopic, 'asking')]
  const authorization = true

  async function late(instance: TestInstance): Promise<MqttProbe> {
    const client = await instance.connect({ clientId: 'late' })
    await client.subscribe(responseTopic, 1)
    return client
  }

  it('is held against them again: where its requester lost the right, nothing is written', async () => {
    const instance = await startInstance({ authorization, policies: owned, autoReply: { retry: quick } })
    await answeredRequest(instance)
    await instance.change({ authorization, policies: basis, autoReply: { retry: quick } })
    const subscriber = await late(instance)
    await eventually(() => expect(instance.counters.replyJobs.get('dead_letter')).toBe(1))
    await subscriber.expectNothing()
    expect(instance.counters.repliesPublished).toBe(0)
    expect(instance.counters.replyJobs.get('not_allowed')).toBeGreaterThan(0)
  })

  it('is not given up sooner because somebody subscribes again and again', async () => {
    const instance = await startInstance({ authorization, policies: owned, autoReply: { retry: patient } })
    await answeredRequest(instance)
    await instance.change({ authorization, policies: basis, autoReply: { retry: patient } })
    const subscriber = await late(instance)
    for (let tried = 1; tried <= patient.attempts + 1; tried++) {
      await eventually(() => expect(instance.counters.replyJobs.get('not_allowed')).toBe(tried))
      await subscriber.subscribe(responseTopic, 1)
    }
    await instance.change({ authorization, policies: owned, autoReply: { retry: patient } })
    await subscriber.subscribe(responseTopic, 1)
    expect(replyIn(await subscriber.receive()).publisherClientId).toBe('asking')
    expect(instance.counters.replyJobs.get('dead_letter')).toBeUndefined()
  })

  it('comes when the right is back before it is given up', async () => {
    const autoReply = { retry: { ...quick, attempts: 100 } }
    const instance = await startInstance({ authorization, policies: owned, autoReply })
    await answeredRequest(instance)
    await instance.change({ authorization, policies: basis, autoReply })
    const subscriber = await late(instance)
    await eventually(() => expect(instance.counters.replyJobs.get('not_allowed')).toBeGreaterThan(1))
    await instance.change({ authorization, policies: owned, autoReply })
    expect(replyIn(await subscriber.receive()).publisherClientId).toBe('asking')
    await subscriber.expectNothing()
  })

  it('comes all the same where a rule of constants chose its topic', async () => {
    const rules = [{ actions: { responseTopic } }]
    const autoReply = { retry: patient }
    const instance = await startInstance({ authorization, policies: basis, rules, autoReply })
    await answeredRequest(instance, { responseTopic: undefined })
    const subscriber = await late(instance)
    expect(replyIn(await subscriber.receive()).publisherClientId).toBe('asking')
    expect(instance.counters.replyJobs.get('not_allowed')).toBeUndefined()
  })
})

describe('while Redis is away', () => {
  it('replies that somebody waits for come as always, and those that wait are kept until it is back', async () => {
    const instance = await startInstance({ autoReply: { retry: { ...quick, attempts: 100 } } })
    await redis.stop()
    await answeredRequest(instance)
    const asking = await instance.connect({ level: 5 })
    await asking.subscribe('replies/now', 1)
    const answering = await responder(instance)
    await request(asking, { properties: { responseTopic: 'replies/now' } })
    await answering.receive()
    expect((await asking.receive()).topic).toBe('replies/now')
    await redis.start()
    const late = await instance.connect()
    await late.subscribe(responseTopic, 1)
    expect(replyIn(await late.receive()).publisherClientId).toBe('asking')
    await late.expectNothing()
  })
})
