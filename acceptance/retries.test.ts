import { setTimeout as sleep } from 'node:timers/promises'
import type { Instance, InstanceCreate } from '@parley/contracts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from './support/cleanups.js'
import { until, within } from './support/conditions.js'
import { Client, type Version } from './support/mqtt-client.js'
import { expectReply } from './support/replies.js'
import { ReplyQueueView, replyJobId } from './support/reply-queue.js'
import { expectNothingMore, settled } from './support/settled.js'
import { System } from './support/system.js'

/** How late the requester of the issue is. */
const lateByMs = 2_000

const whole = new Cleanups()
const cleanups = new Cleanups()
let system: System
let queue: ReplyQueueView

beforeAll(async () => {
  system = await System.start(whole)
  queue = new ReplyQueueView(system.redis.url, whole)
})
afterEach(() => cleanups.run())
afterAll(() => whole.run())

/** An instance that tells v5 subscribers the id of each message. */
function instanceWith(fields: InstanceCreate): Promise<Instance> {
  const actions = { userProperties: [{ key: 'message-id', value: '${messageId}' }] }
  return system.instance(fields, [{ name: 'tell-the-id', condition: { topic: 'cmd/#' }, actions }])
}

/** Sends a request that nobody waits for and answers the id of the job that its reply becomes. */
async function unawaitedRequest(
  instance: Instance,
  requester: Client,
  responseTopic: string
): Promise<string> {
  const responder = await connect(instance, 4, 'responder')
  await responder.subscribe('cmd/#', 1)
  const observer = await connect(instance, 5, 'observer')
  await observer.subscribe('cmd/#', 0)
  await requester.publish('cmd/door', 'open', 1, { responseTopic, correlationData: Buffer.from('c-1') })
  await responder.message('cmd/door')
  await settled(responder)
  const { properties } = await observer.message('cmd/door')
  return replyJobId(instance.id, String(properties.userProperties?.['message-id']), 'responder')
}

function connect(instance: Instance, version: Version, clientId: string): Promise<Client> {
  return Client.connect(instance.endpoints.mqtt, { version, clientId }, cleanups)
}

test('a requester that subscribes 2 s after the acknowledgement gets the reply, once, within 1 s', async () => {
  const instance = await instanceWith({ name: 'late' })
  const requester = await connect(instance, 5, 'late-requester')
  const jobId = await unawaitedRequest(instance, requester, 'replies/late')
  await until('the reply waits as a job', async () => (await queue.state(jobId)) !== 'unknown')
  await sleep(lateByMs)
  await expectNothingMore(requester, 0)

  await requester.subscribe('replies/late', 1)
  const { text, properties } = await within(1_000, 'SUBACK until the reply that waited', () =>
    requester.message('replies/late')
  )
  expectReply(text, {
    publisherClientId: 'late-requester',
    subscriberClientId: 'responder',
    topic: 'cmd/door',
    qos: 1
  })
  expect(properties.correlationData?.toString()).toBe('c-1')
  expect(properties.contentType).toBe('application/json')

  await until('the job is done', async () => (await queue.state(jobId)) === 'completed')
  await requester.subscribe('replies/late', 1)
  await expectNothingMore(requester, 1)
})

test('a requester that never comes leaves a dead letter, once', async () => {
  const retry = { attempts: 2, firstDelayMs: 50 }
  const instance = await instanceWith({ name: 'never', autoReply: { retry } })
  const requester = await connect(instance, 5, 'gone-requester')
  const jobId = await unawaitedRequest(instance, requester, 'replies/never')
  await requester.disconnect()
  await until('the reply is a dead letter', async () => (await queue.state(jobId)) === 'failed')
  const deadLetter = await queue.job(jobId)
  expect(deadLetter.attemptsMade).toBe(2)
  expect(deadLetter.data).toMatchObject({ instanceId: instance.id, responderClientId: 'responder' })

  // The same reply is never two jobs.
  await queue.offer(jobId, deadLetter)
  expect(await queue.state(jobId)).toBe('failed')
  expect((await queue.job(jobId)).timestamp).toBe(deadLetter.timestamp)

  const tooLate = await connect(instance, 5, 'too-late')
  await tooLate.subscribe('replies/never', 1)
  await expectNothingMore(tooLate, 0)
  expect(await queue.state(jobId)).toBe('failed')
})

test('a logger that subscribes to everything is not a waiting requester', async () => {
  const instance = await instanceWith({ name: 'logged' })
  const logger = await connect(instance, 5, 'logger')
  await logger.subscribe('#', 0)
  const requester = await connect(instance, 5, 'slow-requester')
  const jobId = await unawaitedRequest(instance, requester, 'replies/slow')
  await until('the reply waits as a job', async () => (await queue.state(jobId)) !== 'unknown')
  await settled(logger)
  expect(logger.received.filter(({ topic }) => topic === 'replies/slow')).toEqual([])
  await requester.subscribe('replies/slow', 1)
  await requester.message('replies/slow')
})
