import type { Instance, ReplyJobView } from '@parley/contracts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from './support/cleanups.js'
import { until, within } from './support/conditions.js'
import { Client, type Version } from './support/mqtt-client.js'
import { expectReply } from './support/replies.js'
import { expectNothingMore, settled } from './support/settled.js'
import { nodeAddress, System } from './support/system.js'

const leaseMs = 30_000
const whole = new Cleanups()
const cleanups = new Cleanups()
let system: System

beforeAll(async () => {
  system = await System.start(whole, 2)
})
afterEach(() => cleanups.run())
afterAll(() => whole.run())

/** Given up at the first attempt, which comes too late for its age; tried anew, the second one is as far away. */
const retry = { attempts: 12, firstDelayMs: 3_000, maxDelayMs: 60_000, maxAgeMs: 1_000 }

function connect(instance: Instance, version: Version, clientId: string, node = 1): Promise<Client> {
  const { port } = new URL(instance.endpoints.mqtt)
  return Client.connect(`mqtt://${nodeAddress(node)}:${port}`, { version, clientId }, cleanups)
}

/** A request on node 1 that a 3.1.1 responder answers and nobody waits for. */
async function unawaited(instance: Instance): Promise<void> {
  const responder = await connect(instance, 4, 'responder')
  await responder.subscribe('cmd/#', 1)
  const requester = await connect(instance, 5, 'requester')
  await requester.publish('cmd/door', 'open', 1, { responseTopic: 'replies/late' })
  await responder.message('cmd/door')
  await settled(responder)
  await requester.disconnect()
  await responder.disconnect()
}

async function jobs(instance: Instance, state: ReplyJobView['state']): Promise<ReplyJobView[]> {
  const path = `/instances/${instance.id}/reply-jobs?state=${state}`
  return (await system.rest.send<{ items: ReplyJobView[] }>('GET', path)).body.items
}

async function deadLetter(instance: Instance): Promise<ReplyJobView> {
  await until('the reply is a dead letter', async () => (await jobs(instance, 'dead')).length === 1)
  return (await jobs(instance, 'dead'))[0]!
}

const redrive = (instance: Instance, { id }: ReplyJobView) =>
  system.rest.send<ReplyJobView>('POST', `/instances/${instance.id}/reply-jobs/${id}/retry`)

test('a requester that comes after a re-drive gets the reply, once', async () => {
  const instance = await system.instance({ name: 'redriven', autoReply: { retry } })
  await unawaited(instance)
  const dead = await deadLetter(instance)
  expect(dead).toMatchObject({ state: 'dead', attempts: { made: 1, max: 12 }, responseTopic: 'replies/late' })
  // By itself the next attempt comes after 3 s: a SUBSCRIBE brings it at once.
  expect((await redrive(instance, dead)).status).toBe(202)
  await until('it waits for its second attempt', async () => {
    const [waiting] = await jobs(instance, 'waiting')
    return waiting?.attempts.made === 1
  })
  expect(await jobs(instance, 'dead')).toEqual([])

  const late = await connect(instance, 5, 'late')
  await late.subscribe('replies/late', 1)
  const { text } = await within(1_000, 'SUBACK until the re-driven reply', () => late.message('replies/late'))
  expectReply(text, {
    publisherClientId: 'requester',
    subscriberClientId: 'responder',
    topic: 'cmd/door',
    qos: 1
  })
  expect(text).toBe(dead.payload)
  await until('nothing waits', async () => (await jobs(instance, 'waiting')).length === 0)
  await late.subscribe('replies/late', 1)
  await expectNothingMore(late, 1)
  expect((await redrive(instance, dead)).status).toBe(404)
  await expectNothingMore(late, 1)
})

test('a requester that waits by then gets it at once', async () => {
  const instance = await system.instance({ name: 'awaited', autoReply: { retry } })
  await unawaited(instance)
  const dead = await deadLetter(instance)
  const waiting = await connect(instance, 4, 'waiting')
  await waiting.subscribe('replies/late', 1)
  await expectNothingMore(waiting, 0)
  await redrive(instance, dead)
  await within(1_000, 'the re-drive until its reply', () => waiting.message('replies/late'))
  await expectNothingMore(waiting, 1)
})

test('a discarded one comes to nobody', async () => {
  const instance = await system.instance({ name: 'discarded', autoReply: { retry } })
  await unawaited(instance)
  const { id } = await deadLetter(instance)
  const path = `/instances/${instance.id}/reply-jobs/${id}`
  expect((await system.rest.send('DELETE', path)).status).toBe(204)
  expect((await system.rest.send('POST', `${path}/retry`)).status).toBe(404)
  const late = await connect(instance, 4, 'late')
  await late.subscribe('replies/late', 1)
  await expectNothingMore(late, 0)
})

test('a dead letter of a node that is gone is re-driven on another one', { timeout: 90_000 }, async () => {
  const instance = await system.instance({ name: 'orphaned', autoReply: { retry } })
  await unawaited(instance)
  const dead = await deadLetter(instance)
  await system.nodes[0]!.kill()
  const waiting = await connect(instance, 4, 'waiting', 2)
  await waiting.subscribe('replies/late', 1)
  expect((await redrive(instance, dead)).status).toBe(202)
  await until('the reply came over the other node', () => waiting.received.length === 1, leaseMs + 10_000)
  await expectNothingMore(waiting, 1)
})
