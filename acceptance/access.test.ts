import type { Instance, MqttUserWithPassword } from '@parley/contracts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from './support/cleanups.js'
import { until, within } from './support/conditions.js'
import { Client, type ClientOptions } from './support/mqtt-client.js'
import { expectReply } from './support/replies.js'
import { expectNothingMore } from './support/settled.js'
import { System } from './support/system.js'

/** What the service promises between the answer of the API and its effect on a live connection. */
const revokedWithinMs = 1_000
const subackFailure = 0x80
const notAuthorized = 0x87

const whole = new Cleanups()
const cleanups = new Cleanups()
let system: System

beforeAll(async () => {
  system = await System.start(whole)
})
afterEach(() => cleanups.run())
afterAll(() => whole.run())

async function lockedInstance(name: string): Promise<Instance> {
  return system.instance({ name, authentication: { anonymous: false } })
}

async function createUser(instance: Instance, username: string, password?: string): Promise<string> {
  const { status, body } = await system.rest.send<MqttUserWithPassword>(
    'POST',
    `/instances/${instance.id}/users`,
    {
      username,
      ...(password !== undefined && { password })
    }
  )
  expect(status).toBe(201)
  await system.rolledOut(instance.id)
  return password ?? body.password!
}

function connect(instance: Instance, options: ClientOptions): Promise<Client> {
  return Client.connect(instance.endpoints.mqtt, options, cleanups)
}

const closed = (client: Client) =>
  within(revokedWithinMs, 'the client is closed', () => until('closed', () => !client.connected))

test('users with a chosen and with a generated password get in, nobody else does, and a seen one is shown', async () => {
  const instance = await lockedInstance('locked')
  const generated = await createUser(instance, 'door-7')
  await createUser(instance, 'frank', 'a long password')
  await connect(instance, { version: 4, username: 'door-7', password: generated })
  await connect(instance, { version: 5, username: 'frank', password: 'a long password' })
  await connect(
    { ...instance, endpoints: { ...instance.endpoints, mqtt: instance.endpoints.ws } },
    {
      version: 4,
      username: 'door-7',
      password: generated
    }
  )
  await expect(connect(instance, { version: 4 })).rejects.toThrow()
  await expect(connect(instance, { version: 5, username: 'frank', password: generated })).rejects.toThrow()
  const neighbour = await lockedInstance('locked-too')
  await expect(connect(neighbour, { version: 4, username: 'door-7', password: generated })).rejects.toThrow()
  await until(
    'the API says when it was seen',
    async () => {
      const { body } = await system.rest.send<{ lastSeenAt: string | null }>(
        'GET',
        `/instances/${instance.id}/users/frank`
      )
      return body.lastSeenAt !== null
    },
    15_000
  )
})

test('a disabled user, a new password and a removed user end live connections within a second', async () => {
  const instance = await lockedInstance('revoked')
  const users = `/instances/${instance.id}/users`
  for (const username of ['disabled', 'reset', 'removed', 'stays'])
    await createUser(instance, username, 'a long password')
  const client = (username: string) =>
    connect(instance, { version: 4, username, password: 'a long password' })
  const [disabled, reset, removed, stays] = await Promise.all(
    ['disabled', 'reset', 'removed', 'stays'].map(client)
  )
  await system.rest.send('PATCH', `${users}/disabled`, { status: 'disabled' })
  await closed(disabled!)
  await system.rest.send('POST', `${users}/reset/reset-password`, {})
  await closed(reset!)
  await system.rest.send('DELETE', `${users}/removed`)
  await closed(removed!)
  expect(stays!.connected).toBe(true)
  await expect(client('disabled')).rejects.toThrow()
  await system.rest.send('PATCH', `${users}/disabled`, { status: 'enabled' })
  await system.rolledOut(instance.id)
  await client('disabled')
})

test('policies decide who may do what, and a change of them is live', async () => {
  const instance = await system.instance({ name: 'policies', authorization: { enabled: true } })
  const policies = `/instances/${instance.id}/policies`
  const add = async (policy: object): Promise<string> => {
    const { status, body } = await system.rest.send<{ id: string }>('POST', policies, policy)
    expect(status).toBe(201)
    return body.id
  }
  await expect(connect(instance, { version: 4 })).rejects.toThrow()
  const nosubscribe = { topic: 'test/nosubscribe' }
  await add({
    name: 'no-subscribe',
    effect: 'deny',
    actions: ['subscribe'],
    condition: nosubscribe,
    priority: 1
  })
  const everything = { name: 'everything', effect: 'allow', actions: ['connect', 'publish', 'subscribe'] }
  const all = await add({ ...everything, condition: {}, priority: 9 })
  await system.rolledOut(instance.id)
  const old = await connect(instance, { version: 4 })
  const modern = await connect(instance, { version: 5, clientId: 'modern' })
  await expect(old.subscribe('test/nosubscribe', 1).catch(() => subackFailure)).resolves.toBe(subackFailure)
  await expect(modern.subscribe('test/nosubscribe', 1).catch(() => notAuthorized)).resolves.toBe(
    notAuthorized
  )
  const question = { action: 'subscribe', clientId: 'x', topic: 'test/nosubscribe', qos: 1 }
  const { body } = await system.rest.send('POST', `${policies}/test`, question)
  expect(body).toMatchObject({ effect: 'deny', policy: { name: 'no-subscribe' }, enabled: true })
  await modern.subscribe('news', 1)
  await add({
    name: 'no-modern',
    effect: 'deny',
    actions: ['connect'],
    condition: { clientId: 'modern' },
    priority: 2
  })
  await closed(modern)
  expect(old.connected).toBe(true)
  await system.rest.send('DELETE', `${policies}/${all}`)
  await closed(old)
})

test('a request that was acknowledged is answered after the data plane was killed, once', async () => {
  const instance = await system.instance({ name: 'durable' })
  const me = { version: 4 as const, clientId: 'responder', clean: false }
  const responder = await connect(instance, me)
  await responder.subscribe('cmd/#', 1)
  await responder.disconnect()
  const requester = await connect(instance, { version: 5 })
  await requester.publish('cmd/door', 'open', 1, {
    responseTopic: 'replies/late',
    correlationData: Buffer.from('7')
  })
  await system.nodes[0]!.kill()
  await system.startNode(1)
  await system.rolledOut(instance.id)
  const again = await connect(instance, { version: 5 })
  await again.subscribe('replies/late', 1)
  await connect(instance, me)
  const { text, properties } = await again.message('replies/late')
  expectReply(text, {
    publisherClientId: requester.id,
    subscriberClientId: 'responder',
    topic: 'cmd/door',
    qos: 1
  })
  expect(properties.correlationData?.toString()).toBe('7')
  await expectNothingMore(again, 1)
})
