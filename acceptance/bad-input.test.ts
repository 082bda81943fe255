import { request } from 'node:http'
import type { Instance, Problem } from '@parley/contracts'
import { MqttProbe } from '@parley/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Cleanups } from './support/cleanups.js'
import { Client, type Version } from './support/mqtt-client.js'
import { packet, utf8 } from './support/raw-packets.js'
import { expectReply } from './support/replies.js'
import { type Answer, Rest } from './support/rest.js'
import { expectNothingMore } from './support/settled.js'
import { System } from './support/system.js'

const bodyBytesMax = 256 * 1_024
const unknownId = 'mqtt-zzzzzzzz'
const rule = { name: 'a-rule', condition: { topic: 'cmd/#' }, actions: { responseTopic: 'replies/a' } }

const whole = new Cleanups()
const cleanups = new Cleanups()
let system: System
let stranger: Rest
let instance: Instance

beforeAll(async () => {
  system = await System.start(whole)
  stranger = await system.createTenant('stranger')
  instance = await system.instance({ name: 'target' }, [rule])
})
afterEach(() => cleanups.run())
// Whatever was sent: the processes of the start are still the same.
afterEach(() => expect([system.api.running, system.nodes[0]!.running]).toEqual([true, true]))
afterAll(() => whole.run())

function expectProblem(answer: Answer<Problem>, status: number, code: string): void {
  expect(answer.status, JSON.stringify(answer.body)).toBe(status)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.body).toMatchObject({ status, code })
  expect(answer.body.detail).not.toBe('')
}

describe('REST', () => {
  test('an unknown instance: 404, whatever is asked of it', async () => {
    for (const [method, path, body] of operationsOn(unknownId)) {
      expectProblem(await system.rest.send(method, path, body), 404, 'not_found')
    }
  })

  test("another tenant's instance: the same 404, and nothing changed", async () => {
    const rulesPath = `/instances/${instance.id}/enhancement-rules`
    const before = [await system.rest.instance(instance.id), (await system.rest.send('GET', rulesPath)).body]
    for (const [method, path, body] of operationsOn(instance.id)) {
      const refused = await stranger.send(method, path, body)
      expectProblem(refused, 404, 'not_found')
      const unknown = await stranger.send(method, path.replace(instance.id, unknownId), body)
      const shown = JSON.stringify(refused.body).replaceAll(instance.id, unknownId)
      expect(shown).toBe(JSON.stringify(unknown.body))
    }
    const list = await stranger.send<{ items: Instance[] }>('GET', '/instances')
    expect(list.body.items).toEqual([])
    const after = [await system.rest.instance(instance.id), (await system.rest.send('GET', rulesPath)).body]
    expect(after).toEqual(before)
  })

  test.each([
    ['no key', ''],
    ['a key that was never given', `pk_${'a'.repeat(12)}_${'A'.repeat(43)}`],
    ['no key at all, but a text', "' or 1=1 --"]
  ])('%s: 401', async (_, key) => {
    const nobody = new Rest(system.apiUrl, key)
    expectProblem(await nobody.send('GET', `/instances/${instance.id}`), 401, 'unauthenticated')
    expectProblem(await nobody.send('POST', '/instances', { name: 'no-key' }), 401, 'unauthenticated')
  })

  test('a body that is too large: 413', async () => {
    const body = { name: 'large', remark: 'x'.repeat(bodyBytesMax) }
    expectProblem(await system.rest.send('POST', '/instances', body), 413, 'body_too_large')
  })

  test('a body that is no JSON: 400', async () => {
    expectProblem(await system.rest.send('POST', '/instances', '{"name":'), 400, 'not_parseable')
  })

  test.each([
    ['replies/+', /wildcard/],
    ['replies/#', /wildcard/],
    ['$SYS/replies', /\$/],
    ['replies/${clientIdd}', /\$\{clientId\}/],
    ['replies/${playload.id}', /\$\{?payload/]
  ])(
    'a rule with the Response Topic %s: 422, with the field and the reason',
    async (responseTopic, reason) => {
      const path = `/instances/${instance.id}/enhancement-rules`
      const answer = await system.rest.send('POST', path, {
        ...rule,
        name: 'bad',
        actions: { responseTopic }
      })
      expectProblem(answer, 422, 'invalid')
      const { errors } = answer.body
      expect(errors).toContainEqual({
        path: '/actions/responseTopic',
        message: expect.stringMatching(reason)
      })
      const { revision } = await system.rest.instance(instance.id)
      expect(revision).toBe(instance.revision)
    }
  )

  test('the name __proto__ in a path or a body is nothing special', async () => {
    expectProblem(await system.rest.send('GET', '/instances/__proto__'), 404, 'not_found')
    const answer = await system.rest.send('POST', '/instances', '{"name":"polluted","__proto__":{"a":1}}')
    expect([400, 422]).toContain(answer.status)
  })
})

/** Every way to touch an instance or its rules. */
function operationsOn(id: string): [method: string, path: string, body?: object][] {
  const rules = `/instances/${id}/enhancement-rules`
  const ruleId = '01890000-0000-7000-8000-000000000000'
  return [
    ['GET', `/instances/${id}`],
    ['PATCH', `/instances/${id}`, { remark: 'mine now' }],
    ['DELETE', `/instances/${id}`],
    ['GET', rules],
    ['POST', rules, { ...rule, name: 'mine-now' }],
    ['GET', `${rules}/${ruleId}`],
    ['PUT', `${rules}/${ruleId}`, rule],
    ['PATCH', `${rules}/${ruleId}`, { status: 'inactive' }],
    ['DELETE', `${rules}/${ruleId}`],
    ['PUT', `${rules}/priorities`, [{ id: ruleId, priority: 1 }]]
  ]
}

describe('WebSocket', () => {
  test.each([
    ['an unknown instance', `/${unknownId}/mqtt`],
    ['a path without an instance', '/mqtt'],
    ['a path beside the right one', 'INSTANCE/mqtt2'],
    ['no path', '/'],
    ['an instance that no instance could be', '/__proto__/mqtt']
  ])('%s: refused with 404, no connection', async (_, path) => {
    const url = `${system.edgeUrl}${path.replace('INSTANCE', `/${instance.id}`)}`
    const { status, problem } = await upgrade(url)
    expect(status).toBe(404)
    expect(problem).toMatchObject({ status: 404, code: 'not_found' })
  })
})

/** Asks for a WebSocket with the subprotocol of MQTT and answers how it was refused. */
function upgrade(url: string): Promise<{ status: number | undefined; problem: Problem }> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    'sec-websocket-protocol': 'mqtt'
  }
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, problem: JSON.parse(text) }))
    })
    asked.on('upgrade', (_response, socket) => {
      socket.destroy()
      reject(new Error('the upgrade was granted'))
    })
    asked.on('error', reject)
    asked.end()
  })
}

describe('MQTT', () => {
  function open(): Promise<MqttProbe> {
    return MqttProbe.open(Number(new URL(instance.endpoints.mqtt).port))
  }

  test.each([
    ['the protocol name is wrong', packet(0x10, ...utf8('MQTX'), 4, 2, 0, 0, ...utf8('a'))],
    ['the reserved flag is set', packet(0x10, ...utf8('MQTT'), 4, 3, 0, 0, ...utf8('a'))],
    ['it ends in the middle of the client id', packet(0x10, ...utf8('MQTT'), 4, 2, 0, 0, 0, 9, 0x61)],
    ['the fixed header has flags', packet(0x1f, ...utf8('MQTT'), 4, 2, 0, 0, ...utf8('a'))],
    ['its length never ends', Buffer.from([0x10, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['it is HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n')],
    ['the client id is not UTF-8', packet(0x10, ...utf8('MQTT'), 4, 2, 0, 0, 0, 1, 0xff)],
    ['the will has QoS 3', packet(0x10, ...utf8('MQTT'), 4, 0x1e, 0, 0, ...utf8('a'), ...utf8('t'), 0, 0)]
  ])('a malformed CONNECT, because %s: closed, never accepted', async (_, bytes) => {
    const probe = await open()
    probe.sendBytes(bytes)
    await probe.closed
    const accepted = probe.inbox.filter((answer) => answer.type !== 'connack' || answer.reasonCode === 0)
    expect(accepted).toEqual([])
    const next = await Client.connect(instance.endpoints.mqtt, { version: 4 }, cleanups)
    expect(next.connected).toBe(true)
  })

  test('another packet before CONNECT: closed without an answer', async () => {
    const probe = await open()
    probe.sendBytes(packet(0x30, ...utf8('cmd/door'), 0x61))
    expect(await probe.closed).toBeNull()
    expect(probe.inbox).toEqual([])
  })

  // DISCONNECT says malformed packet; a 3.1.1 client cannot be told.
  const levels: { name: string; level: 4 | 5; properties: number[]; reason: number | null }[] = [
    { name: '3.1.1', level: 4, properties: [], reason: null },
    { name: '5.0', level: 5, properties: [0], reason: 0x81 }
  ]
  test.each(levels)('QoS 3 from a $name client: closed, and nobody gets the message', async (way) => {
    const watcher = await Client.connect(instance.endpoints.mqtt, { version: 5 }, cleanups)
    await watcher.subscribe('cmd/#', 1)
    const probe = await open()
    await probe.connect({ level: way.level })
    probe.sendBytes(packet(0x36, ...utf8('cmd/door'), 0, 1, ...way.properties, 0x61))
    expect(await probe.closed).toBe(way.reason)
    await expectNothingMore(watcher, 0)
  })

  test.each(levels)('a subscription with QoS 3 from a $name client: closed, no SUBACK', async (way) => {
    const probe = await open()
    await probe.connect({ level: way.level })
    probe.sendBytes(packet(0x82, 0, 1, ...way.properties, ...utf8('cmd/#'), 3))
    expect(await probe.closed).toBe(way.reason)
    expect(probe.inbox.map(({ type }) => type)).not.toContain('suback')
  })

  const versions: { name: string; version: Version }[] = [
    { name: '3.1', version: 3 },
    { name: '3.1.1', version: 4 },
    { name: '5.0', version: 5 }
  ]
  test.each(versions)(
    'topic and client id __proto__ are names like any other ($name)',
    async ({ version }) => {
      const url = instance.endpoints.mqtt
      const responder = await Client.connect(url, { version: 4, clientId: 'constructor' }, cleanups)
      await responder.subscribe('__proto__', 1)
      await responder.subscribe('cmd/__proto__/#', 1)
      const client = await Client.connect(url, { version, clientId: '__proto__' }, cleanups)
      await client.subscribe('replies/a', 1)
      await client.publish('__proto__', 'polluted?', 1)
      await client.publish('cmd/__proto__/toString', '{"__proto__":{"requestId":"r-1"}}', 1)

      expect((await responder.message('__proto__')).text).toBe('polluted?')
      expectReply((await client.message('replies/a')).text, {
        publisherClientId: '__proto__',
        subscriberClientId: 'constructor',
        topic: 'cmd/__proto__/toString'
      })
      await expectNothingMore(responder, 2)
      await expectNothingMore(client, 1)
    }
  )
})
