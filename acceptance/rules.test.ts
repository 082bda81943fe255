import type { Instance } from '@parley/contracts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from './support/cleanups.js'
import { until, within } from './support/conditions.js'
import { Client, type Version } from './support/mqtt-client.js'
import { expectReply } from './support/replies.js'
import { expectNothingMore, settled } from './support/settled.js'
import { System } from './support/system.js'

const whole = new Cleanups()
const cleanups = new Cleanups()
let system: System
let instance: Instance
let ruleId: string

beforeAll(async () => {
  system = await System.start(whole)
  const { id } = await system.instance({ name: 'rules' })
  const rule = await system.rest.createRule(id, {
    name: 'door-replies',
    condition: { topic: 'cmd/#' },
    actions: { responseTopic: 'replies/${clientId}', correlationData: '${payload.requestId}' }
  })
  ruleId = rule.id
  instance = await system.rolledOut(id)
})
afterEach(() => cleanups.run())
afterAll(() => whole.run())

async function connect(version: Version, clientId: string): Promise<Client> {
  return Client.connect(instance.endpoints.mqtt, { version, clientId }, cleanups)
}

async function responderOn(filter: string): Promise<Client> {
  const responder = await connect(4, 'responder')
  await responder.subscribe(filter, 1)
  return responder
}

async function setStatus(status: 'active' | 'inactive'): Promise<void> {
  await system.rest.patchRule({ instanceId: instance.id, ruleId }, { status })
}

test.each<{ name: string; version: Version }>([
  { name: '3.1', version: 3 },
  { name: '3.1.1', version: 4 }
])('a $name requester gets the reply with its own correlation on a topic of its own', async ({ version }) => {
  await responderOn('cmd/#')
  const observer = await connect(5, 'observer')
  await observer.subscribe('replies/#', 1)
  const requester = await connect(version, 'meter-1')
  await requester.subscribe('replies/meter-1', 1)
  const other = await connect(4, 'meter-2')
  await other.subscribe('replies/meter-2', 1)
  await requester.publish('cmd/door', '{"requestId":"r-1"}', 1)

  const expected = {
    publisherClientId: 'meter-1',
    subscriberClientId: 'responder',
    topic: 'cmd/door',
    qos: 1 as const,
    pubProps: {
      responseTopic: 'replies/meter-1',
      correlationData: 'r-1',
      correlationDataBase64: Buffer.from('r-1').toString('base64')
    }
  }
  const { text, properties } = await requester.message('replies/meter-1')
  expectReply(text, expected)
  expect(properties).toEqual({})
  const observed = await observer.message('replies/meter-1')
  expectReply(observed.text, expected)
  expect(observed.properties.correlationData?.toString()).toBe('r-1')
  await expectNothingMore(requester, 1)
  await expectNothingMore(observer, 1)
  await expectNothingMore(other, 0)
})

test('a topic that the rule does not match stays without a reply', async () => {
  const responder = await responderOn('telemetry/#')
  const requester = await connect(4, 'meter-3')
  await requester.subscribe('replies/#', 1)
  await requester.publish('telemetry/door', '{"requestId":"r-1"}', 1)
  await responder.message('telemetry/door')
  await settled(responder)
  await expectNothingMore(requester, 0)
})

test('deactivation stops it within 1 s and activation brings it back, without a reconnect', async () => {
  const responder = await responderOn('cmd/#')
  const requester = await connect(4, 'meter-4')
  await requester.subscribe('replies/meter-4', 1)
  let requests = 0

  /** Sends one more request; true when it is answered. */
  async function isAnswered(): Promise<boolean> {
    const requestId = `r-${++requests}`
    await requester.publish('cmd/door', JSON.stringify({ requestId }), 1)
    await responder.message('cmd/door', requests)
    await settled(responder)
    await settled(requester)
    return requester.received.some(({ text }) => text.includes(`"correlationData":"${requestId}"`))
  }

  expect(await isAnswered()).toBe(true)
  await within(1_000, 'deactivated rule until requests stay unanswered', async () => {
    await setStatus('inactive')
    await until('a request stays unanswered', async () => !(await isAnswered()))
  })
  for (const _ of [1, 2, 3]) expect(await isAnswered()).toBe(false)

  await within(1_000, 'activated rule until a request is answered', async () => {
    await setStatus('active')
    await until('a request is answered', isAnswered)
  })
  expect(requester.connected && responder.connected).toBe(true)
})
