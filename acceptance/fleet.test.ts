import type { Instance } from '@parley/contracts'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from './support/cleanups.js'
import { until, within } from './support/conditions.js'
import { Client } from './support/mqtt-client.js'
import { expectReply } from './support/replies.js'
import { nodeAddress, System } from './support/system.js'

// Two nodes under one control plane; the tests take away one part after the other, in this order.

const repairMs = 60_000
const whole = new Cleanups()
const cleanups = new Cleanups()
let system: System
let instance: Instance
let ruleId: string

beforeAll(async () => {
  system = await System.start(whole, 2)
  const { id } = await system.instance({ name: 'fleet' })
  const rule = await system.rest.createRule(id, {
    name: 'door-replies',
    condition: { topic: 'cmd/#' },
    actions: { responseTopic: 'replies/${clientId}', correlationData: 'first' }
  })
  ruleId = rule.id
  instance = await system.rolledOut(id)
})
afterEach(() => cleanups.run())
afterAll(() => whole.run())

/** A 3.1.1 requester and its responder on one node. */
interface Pair {
  requester: Client
  responder: Client
}

/** The same port on the other node's address. */
function addressOn(node: number): string {
  const url = new URL(instance.endpoints.mqtt)
  return `mqtt://${nodeAddress(node)}:${url.port}`
}

async function pairOn(node: number): Promise<Pair> {
  const connect = (clientId: string): Promise<Client> =>
    Client.connect(addressOn(node), { version: 4, clientId }, cleanups)
  const pair = {
    requester: await connect(`requester-${node}`),
    responder: await connect(`responder-${node}`)
  }
  await pair.responder.subscribe('cmd/#', 1)
  await pair.requester.subscribe(`replies/requester-${node}`, 1)
  return pair
}

/** The Correlation Data that the rule gives a request on this node now. */
async function correlationOn({ requester, responder }: Pair): Promise<string | undefined> {
  const topic = `replies/${requester.id}`
  const before = requester.received.filter((message) => message.topic === topic).length
  await requester.publish('cmd/door', 'open', 1)
  const { text } = await requester.message(topic, before + 1)
  const reply = expectReply(text, { publisherClientId: requester.id, subscriberClientId: responder.id })
  return reply.pubProps.correlationData
}

async function setCorrelation(correlationData: string): Promise<void> {
  await system.rest.patchRule({ instanceId: instance.id, ruleId }, { actions: { correlationData } })
}

/** The same while Redis is away: the change is saved, and the answer says that it is not relayed yet. */
async function setCorrelationUnrelayed(correlationData: string): Promise<void> {
  const path = `/instances/${instance.id}/enhancement-rules/${ruleId}`
  const { status, headers } = await system.rest.send('PATCH', path, { actions: { correlationData } })
  expect({ status, relay: headers.get('parley-relay') }).toEqual({ status: 200, relay: 'pending' })
}

test('a rule change reaches both nodes within 1 s', async () => {
  const pairs = [await pairOn(1), await pairOn(2)]
  await setCorrelation('second')
  await within(1_000, 'answer to a rule change until "2 of 2"', () => system.rolledOut(instance.id, 1_000))
  for (const pair of pairs) expect(await correlationOn(pair)).toBe('second')
})

test('nodes that lost Redis during a change have it within 2 s of reconnecting, and close nothing', async () => {
  const pairs = [await pairOn(1), await pairOn(2)]
  await system.redis.stop()
  await setCorrelationUnrelayed('third')
  for (const pair of pairs) expect(await correlationOn(pair)).toBe('second')

  await system.startRedis()
  await within(2_000, 'Redis back until both nodes run the change', () =>
    until('both nodes run the change', async () => {
      const correlations = [await correlationOn(pairs[0]!), await correlationOn(pairs[1]!)]
      return correlations.every((correlation) => correlation === 'third')
    })
  )
  await system.rolledOut(instance.id)
  for (const { requester, responder } of pairs) expect(requester.connected && responder.connected).toBe(true)
})

test('an emptied Redis closes nothing and is refilled within 60 s', { timeout: 90_000 }, async () => {
  const pairs = [await pairOn(1), await pairOn(2)]
  const redis = new Redis(system.redis.url)
  cleanups.add(() => redis.disconnect())
  await redis.flushall()
  await within(repairMs, 'emptied Redis until its snapshots are back', () =>
    until(
      'the snapshot is back',
      async () => (await redis.exists(`{${instance.id}}:config`)) === 1,
      repairMs + 10_000
    )
  )
  for (const pair of pairs) {
    expect(await correlationOn(pair)).toBe('third')
    expect(pair.requester.connected && pair.responder.connected).toBe(true)
  }
  await setCorrelation('fourth')
  await system.rolledOut(instance.id, 15_000)
  for (const pair of pairs) expect(await correlationOn(pair)).toBe('fourth')
})

test('with API, Postgres and Redis stopped, a restarted node serves from its disk copy', async () => {
  await system.api.stop()
  await system.redis.stop()
  await system.postgres.stop()
  const other = await pairOn(2)
  await system.nodes[0]!.kill()
  expect(await correlationOn(other)).toBe('fourth')

  await system.startNode(1)
  const pair = await pairOn(1)
  expect(await correlationOn(pair)).toBe('fourth')
  expect(other.requester.connected).toBe(true)
})
