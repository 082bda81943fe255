import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publishNotice, publishSnapshot } from '@parley/config-feed'
import type { InstanceSnapshot } from '@parley/contracts'
import { reasonCodes } from '@parley/mqtt-wire'
import {
  cleanUp,
  connectProbe,
  createTestRedis,
  eventually,
  freePortRange,
  MqttProbe,
  type TestRedis
} from '@parley/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Config } from '../src/config.js'
import { type DataPlane, startDataPlane } from '../src/data-plane.js'
import { replyIn, requestTopic } from './support/request-reply.js'
import { newInstanceId, type RulePatch, rules, settings, snapshot } from './support/snapshot.js'

let server: TestRedis
let redis: Redis

beforeAll(async () => {
  server = await createTestRedis()
  redis = new Redis(server.url)
  // While the server is away there is nothing to report.
  redis.on('error', () => undefined)
})
beforeEach(() => server.flush())
afterAll(async () => {
  redis.disconnect()
  await server.end()
})

async function nodeConfig(fields: Partial<Config> = {}): Promise<Config> {
  const dataDir = mkdtempSync(join(tmpdir(), 'parley-node-'))
  cleanUp(() => rmSync(dataDir, { recursive: true, force: true }))
  const [nodeName, bind] = ['node-1', '127.0.0.1']
  const edgePort = await freePortRange(1)
  return { dataDir, nodeName, bind, edgePort, redisUrl: server.url, logLevel: 'silent', ...fields }
}

/** A whole node; `stop` may be called early. */
async function start(config: Config): Promise<DataPlane> {
  const node = await startDataPlane(config)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= node.stop()
    return stopped
  }
  cleanUp(stop)
  return { ...node, stop }
}

/** What the control plane does: snapshot first, notice second. */
async function publish(next: InstanceSnapshot): Promise<void> {
  await publishSnapshot(redis, next)
  await publishNotice(redis, next)
}

async function running(patches: RulePatch[] = []): Promise<InstanceSnapshot> {
  const made = snapshot(newInstanceId(), await freePortRange(1))
  return { ...made, settings: settings(), rules: rules(patches) }
}

const connected = (port: number, host?: string): Promise<MqttProbe> =>
  eventually(() => connectProbe(port, { level: 5, ...(host ? { host } : {}) }))

describe('a node', () => {
  it('opens an endpoint when it hears of an instance, changes it live, and closes it with the tombstone', async () => {
    await start(await nodeConfig())
    const instance = await running()
    await publish(instance)
    const client = await connected(instance.mqttPort)
    await client.subscribe('a', 1)

    const rule = { actions: { responseTopic: 'replies/${clientId}' } }
    await publish({ ...instance, revision: 2, rules: rules([rule]) })
    await eventually(async () => {
      await client.publish('a', 'x', { qos: 1 })
      expect((await client.receive()).properties?.responseTopic).toBe(`replies/${client.clientId}`)
    })

    await publish({ ...instance, revision: 3, deleted: true })
    expect(await client.closed).toBe(reasonCodes.administrativeAction)
    await expect(MqttProbe.open(instance.mqttPort)).rejects.toThrow('ECONNREFUSED')
  })

  it('finds at its start what was said before', async () => {
    const instance = await running()
    await publish(instance)
    await start(await nodeConfig())
    await (await connected(instance.mqttPort)).ping()
  })

  it('tells v5 clients that it stops', async () => {
    const instance = await running()
    await publish(instance)
    const node = await start(await nodeConfig())
    const client = await connected(instance.mqttPort)
    await node.stop()
    expect(await client.closed).toBe(reasonCodes.serverShuttingDown)
    await expect(MqttProbe.open(instance.mqttPort)).rejects.toThrow('ECONNREFUSED')
  })

  it('serves from its disk when it starts while Redis is away, and catches up when it is back', async () => {
    const config = await nodeConfig()
    const instance = await running([{ actions: { responseTopic: 'replies/${clientId}' } }])
    await publish(instance)
    const first = await start(config)
    await (await connected(instance.mqttPort)).disconnect()
    const kept = await connectProbe(instance.mqttPort, { clientId: 'persistent', cleanStart: false })
    await kept.subscribe('kept/+', 1)
    await kept.disconnect()
    await first.stop()

    await server.stop()
    cleanUp(() => server.start())
    await start(config)
    const asking = await connected(instance.mqttPort)
    const answering = await connectProbe(instance.mqttPort, { clientId: 'responder' })
    await asking.subscribe(`replies/${asking.clientId}`, 1)
    await answering.subscribe('cmd/#', 1)
    await asking.publish(requestTopic, 'open', { qos: 1 })
    await answering.receive()
    expect(replyIn(await asking.receive()).subscriberClientId).toBe('responder')
    // A persistent session is subscribed to this one: that it has the message can only be said with Redis.
    const packetId = asking.sendPublish('kept/1', 'x', { qos: 1 })
    await asking.expectNothing()

    await server.start()
    expect((await asking.next('puback', 10_000)).packetId).toBe(packetId)
    const persistent = await connectProbe(instance.mqttPort, { clientId: 'persistent', cleanStart: false })
    expect((await persistent.receive()).topic).toBe('kept/1')
    await eventually(() => publish({ ...instance, revision: 2, status: 'suspended' }))
    expect(await asking.closed).toBe(reasonCodes.administrativeAction)
    await Promise.all([answering.closed, persistent.closed])
  })

  it('shares its ports with another node on another address', async () => {
    const instance = await running()
    await publish(instance)
    const config = await nodeConfig()
    await start(config)
    const dataDir = join(config.dataDir, 'second')
    await start({ ...config, dataDir, nodeName: 'node-2', bind: '127.0.0.2' })
    for (const host of ['127.0.0.1', '127.0.0.2']) await (await connected(instance.mqttPort, host)).ping()
  })
})
