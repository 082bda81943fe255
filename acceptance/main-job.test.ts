import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DevFile, devFileName, type Reply } from '@parley/contracts'
import { freePort } from '@parley/embedded'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { Cleanups } from './support/cleanups.js'
import { dataFolder } from './support/data-folder.js'
import { mayUseMosquitto, requestWithMosquitto, subscribedMosquitto } from './support/mosquitto.js'
import { Client, type Qos, type Version } from './support/mqtt-client.js'
import { NpmStart, type StartSettings, startSettings } from './support/npm-start.js'
import { expectReply } from './support/replies.js'
import { Rest } from './support/rest.js'
import { runScript } from './support/run-script.js'
import { expectNothingMore } from './support/settled.js'

const system = new Cleanups()
const cleanups = new Cleanups()
let settings: StartSettings
let dev: DevFile

beforeAll(async () => {
  settings = await startSettings(system)
  dev = await new NpmStart(settings, system).ready()
})
afterEach(() => cleanups.run())
afterAll(() => system.run())

/** Everything that arrives below `replies/`, whoever it is for. */
async function watchReplies(): Promise<Client> {
  const watcher = await connect(5)
  await watcher.subscribe('replies/#', 0)
  return watcher
}

function connect(version: Version, clientId?: string): Promise<Client> {
  const options = { version, ...(clientId ? { clientId } : {}) }
  return Client.connect(`mqtt://127.0.0.1:${dev.demo.mqttPort}`, options, cleanups)
}

describe.skipIf(!mayUseMosquitto())('with mosquitto_sub as responder and mosquitto_rr as requester', () => {
  const answered: { version: string; qos: 1 | 2 }[] = [
    { version: 'mqttv311', qos: 1 },
    { version: 'mqttv311', qos: 2 },
    { version: 'mqttv31', qos: 1 },
    { version: 'mqttv31', qos: 2 }
  ]
  test.each(answered)('$version at QoS $qos: one JSON reply of ten fields', async (way) => {
    const { mqttPort, instanceId } = dev.demo
    const watcher = await watchReplies()
    const responder = await subscribedMosquitto(mqttPort, ['-V', way.version, '-q', `${way.qos}`], cleanups)
    const request = ['-V', 'mqttv5', '-q', `${way.qos}`, '-t', 'cmd/door', '-e', 'replies/me', '-m', 'open']
    const requester = requestWithMosquitto(mqttPort, request, cleanups)
    await requester.ended()

    expect(requester.lines).toHaveLength(1)
    const reply: Partial<Reply> = { instanceId, topic: 'cmd/door', qos: way.qos, subscriberUsername: null }
    expectReply(requester.lines[0]!, { ...reply, pubProps: { responseTopic: 'replies/me' } })
    expect(responder.lines).toEqual(['ready', 'open'])
    await expectNothingMore(watcher, 1)
  })

  const silent = [
    { who: 'a 3.1.1 subscriber at QoS 0', args: ['-V', 'mqttv311', '-q', '0'] },
    { who: 'a v5 subscriber', args: ['-V', 'mqttv5', '-q', '1'] }
  ]
  test.each(silent)('$who: no reply', async ({ args }) => {
    const { mqttPort } = dev.demo
    const watcher = await watchReplies()
    const responder = await subscribedMosquitto(mqttPort, args, cleanups)
    const request = ['-V', 'mqttv5', '-q', '1', '-t', 'cmd/door', '-e', 'replies/me', '-m', 'open']
    const requester = requestWithMosquitto(mqttPort, request, cleanups)
    await responder.prints('open')

    // The requester prints the first message that reaches its Response Topic, and ends.
    await watcher.publish('replies/me', 'nothing came before this', 1)
    await requester.ended()
    expect(requester.lines).toEqual(['nothing came before this'])
    await expectNothingMore(watcher, 1)
  })
})

describe('with MQTT.js', () => {
  const answered: { name: string; version: Version; qos: 1 | 2 }[] = [
    { name: '3.1', version: 3, qos: 1 },
    { name: '3.1', version: 3, qos: 2 },
    { name: '3.1.1', version: 4, qos: 1 },
    { name: '3.1.1', version: 4, qos: 2 }
  ]
  test.each(answered)('a $name responder at QoS $qos: the reply, with its properties', async (way) => {
    const responder = await connect(way.version, 'responder-1')
    await responder.subscribe('cmd/#', way.qos)
    const requester = await connect(5, 'requester-1')
    await requester.subscribe('replies/requester-1', 2)
    await requester.publish('cmd/door', 'open', way.qos, {
      responseTopic: 'replies/requester-1',
      correlationData: Buffer.from('c-1'),
      userProperties: { floor: '3' }
    })

    const { text, qos, retain, properties } = await requester.message('replies/requester-1')
    expectReply(text, {
      instanceId: dev.demo.instanceId,
      publisherClientId: 'requester-1',
      subscriberClientId: 'responder-1',
      subscriberUsername: null,
      topic: 'cmd/door',
      qos: way.qos,
      pubProps: {
        responseTopic: 'replies/requester-1',
        correlationData: 'c-1',
        correlationDataBase64: Buffer.from('c-1').toString('base64'),
        userProperties: [{ key: 'floor', value: '3' }]
      }
    })
    expect({ qos, retain }).toEqual({ qos: way.qos, retain: false })
    expect(properties.correlationData?.toString()).toBe('c-1')
    expect(properties).toMatchObject({ contentType: 'application/json', payloadFormatIndicator: true })
    expect(properties.responseTopic).toBeUndefined()
    await expectNothingMore(requester, 1)
  })

  const silent: { name: string; version: Version; granted: Qos; sent: Qos }[] = [
    { name: 'a 3.1.1 responder at QoS 0', version: 4, granted: 0, sent: 1 },
    { name: 'a request at QoS 0', version: 4, granted: 1, sent: 0 },
    { name: 'a v5 responder', version: 5, granted: 1, sent: 1 }
  ]
  test.each(silent)('$name: no reply', async ({ version, granted, sent }) => {
    const responder = await connect(version)
    await responder.subscribe('cmd/#', granted)
    const requester = await connect(5)
    await requester.subscribe('replies/silent', 1)
    await requester.publish('cmd/door', 'open', sent, { responseTopic: 'replies/silent' })
    await responder.message('cmd/door')
    await expectNothingMore(responder, 1)
    await expectNothingMore(requester, 0)
  })

  test('two responders answer with one reply each', async () => {
    const responders = [await connect(4, 'first'), await connect(3, 'second')]
    for (const responder of responders) await responder.subscribe('cmd/#', 1)
    const requester = await connect(5)
    await requester.subscribe('replies/two', 1)
    await requester.publish('cmd/door', 'open', 1, { responseTopic: 'replies/two' })
    await requester.message('replies/two', 2)
    const replies = requester.received.map(({ text }) => expectReply(text, { topic: 'cmd/door' }))
    expect(replies.map((reply) => reply.subscriberClientId).sort()).toEqual(['first', 'second'])
    expect(new Set(replies.map((reply) => reply.id)).size).toBe(1)
    await expectNothingMore(requester, 2)
  })

  test('over WebSocket on both sides', async () => {
    const responder = await Client.connect(dev.demo.wsUrl, { version: 4 }, cleanups)
    await responder.subscribe('cmd/#', 1)
    const requester = await Client.connect(dev.demo.wsUrl, { version: 5 }, cleanups)
    await requester.subscribe('replies/ws', 1)
    await requester.publish('cmd/door', 'open', 1, { responseTopic: 'replies/ws' })
    expectReply((await requester.message('replies/ws')).text, { subscriberClientId: responder.id })
  })
})

describe('npm run demo', () => {
  const demo = 'scripts/demo.ts'

  test('plays the scene: two requesters, a rule that is removed again, two replies', async () => {
    const { code, stdout, stderr } = await runScript(demo, settings.env)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.match(/receives it and acknowledges/g)).toHaveLength(2)
    expect(stdout).toContain('receives the reply, with Correlation Data c-1')
    expect(stdout).toMatch(/pubProps +\{"responseTopic":"replies\/meter-.*"correlationData":"r-1"/)
    const rules = `/instances/${dev.demo.instanceId}/enhancement-rules`
    const left = await new Rest(dev.apiUrl, dev.apiKey).send<{ items: object[] }>('GET', rules)
    expect(left.body.items).toEqual([])
  })

  test('says one sentence when a step does not happen', async () => {
    const dir = dataFolder(cleanups)
    const unreachable = { ...dev, demo: { ...dev.demo, mqttPort: await freePort() } }
    writeFileSync(join(dir, devFileName), JSON.stringify(unreachable))
    const { code, stderr } = await runScript(demo, { PARLEY_DATA_DIR: dir })
    expect(code).toBe(1)
    expect(stderr).toMatch(/^Connecting door-.* failed: .*\.\n$/)
  })

  test('says one sentence when nothing runs', async () => {
    const { code, stdout, stderr } = await runScript(demo, { PARLEY_DATA_DIR: `${settings.dataDir}/nowhere` })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^Nothing runs on .*npm start.*\.\n$/)
  })
})
