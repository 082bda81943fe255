import { once } from 'node:events'
import { connectRedis, keys, type LiveFigures, noFigures } from '@parley/config-feed'
import { cleanUp, cleanUpFile, createTestRedis, eventually, type TestRedis } from '@parley/testkit'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { InstanceBroker } from '../src/broker/instance-broker.js'
import { Instance } from '../src/fleet/instance.js'
import { LiveReport } from '../src/ops/live-report.js'
import { TestDataPlane, type TestInstance } from './support/data-plane.js'
import { request, requester, responder } from './support/request-reply.js'
import { newInstanceId, settings, snapshot } from './support/snapshot.js'

const node = 'node-1'
const log = pino({ level: 'silent' })

let server: TestRedis
let redis: Redis
let look: Redis

beforeAll(async () => {
  server = await createTestRedis()
  redis = connectRedis(server.url, log, 'test')
  look = new Redis(server.url)
  look.on('error', () => undefined)
  await once(redis, 'ready')
})
beforeEach(() => server.flush())
afterAll(async () => {
  await cleanUpFile()
  redis.disconnect()
  look.disconnect()
  await server.end()
})

type Told = LiveFigures & { run: string }

async function told(instanceId: string): Promise<Told | undefined> {
  const text = await look.get(keys.live(instanceId, node))
  return text === null ? undefined : (JSON.parse(text) as Told)
}

/** Commands that Redis ran since it was asked last. */
async function commandsRun(): Promise<number> {
  const info = await look.info('stats')
  return Number(/total_commands_processed:(\d+)/.exec(info)![1])
}

const reportOf = ({ plane: { directory } }: TestInstance): LiveReport =>
  new LiveReport({ redis, node, directory, log })

/** Many instances in which nothing happens, as a directory has them. */
function idleDirectory(size: number) {
  const instances = Array.from(
    { length: size },
    () => new Instance({ ...snapshot(newInstanceId(), 1), settings: settings(), revision: 1 })
  )
  return {
    instances: () => instances,
    openBroker: (): InstanceBroker | undefined => undefined,
    all: instances
  }
}

it('tells what an instance did, requests by rule and replies included, and how many are connected', async () => {
  const plane = await TestDataPlane.start()
  const instance = await plane.instance({
    rules: [{ condition: { topic: 'cmd/ruled' }, actions: { responseTopic: 'replies/me' } }]
  })
  const report = reportOf(instance)
  const asking = await requester(instance)
  const answering = await responder(instance)
  await request(asking)
  await answering.receive()
  await asking.receive()
  await asking.publish('cmd/ruled', 'x', { qos: 1 })
  await answering.receive()
  await asking.receive()
  await asking.publish('nobody/listens', 'x', { qos: 1 })
  await asking.publish('$reserved', 'x', { qos: 1 })
  await report.report(Date.now())
  expect(await told(instance.id)).toEqual({
    run: expect.stringMatching(/^[0-9a-f]{16}$/),
    connections: 2,
    messagesIn: 4,
    messagesOut: 4,
    requests: 2,
    replies: 2,
    retries: 0,
    drops: 1
  })
  await asking.disconnect()
  await eventually(async () => {
    await report.report(Date.now())
    expect(await told(instance.id)).toMatchObject({ connections: 1 })
  })
})

it('a will with a Response Topic is a request, and every drop counts whatever its reason', async () => {
  const plane = await TestDataPlane.start()
  const instance = await plane.instance()
  const answering = await responder(instance)
  const dying = await instance.connect({
    level: 5,
    will: { topic: 'cmd/gone', qos: 1, properties: { responseTopic: 'r' } }
  })
  await dying.destroy()
  await answering.receive()
  await answering.ping()
  expect(instance.counters.requests).toBe(1)
  expect(instance.counters.dropped).toBe(Object.values(instance.counters.drops).reduce((a, b) => a + b))
})

it('another start of the node is another run, and takes the place of the one before at once', async () => {
  const directory = idleDirectory(1)
  const [{ id, counters }] = directory.all as [Instance]
  counters.messagesIn = 5
  await new LiveReport({ redis, node, directory, log }).report(0)
  const before = await told(id)
  counters.messagesIn = 0
  await new LiveReport({ redis, node, directory, log }).report(0)
  const after = await told(id)
  expect(after).toMatchObject(noFigures())
  expect(after!.run).not.toBe(before!.run)
})

it('writes what changed, refreshes what did before it ends, and lets go of what never did anything', async () => {
  const directory = idleDirectory(2_000)
  const report = new LiveReport({ redis, node, directory, log })
  const written = async (atMs: number): Promise<number> => {
    const before = await commandsRun()
    await report.report(atMs)
    return (await commandsRun()) - before - 1
  }
  // A thousand a turn, so that no turn is long.
  expect(await written(0)).toBe(1_000)
  expect(await written(1_000)).toBe(1_000)
  expect(await written(2_000)).toBe(0)
  expect(await written(600_000)).toBe(0)
  const busy = directory.all[7]!
  busy.counters.messagesIn++
  expect(await written(601_000)).toBe(1)
  expect(await written(602_000)).toBe(0)
  expect(await look.pttl(keys.live(busy.id, node))).toBeGreaterThan(20_000)
  expect(await written(611_000)).toBe(1)
  for (const { counters } of directory.all) counters.messagesIn++
  expect(await written(612_000)).toBe(1_000)
  expect(await written(613_000)).toBe(1_000)
  expect(await written(614_000)).toBe(0)
})

it('a turn over 2,000 idle instances takes a few milliseconds', async () => {
  const directory = idleDirectory(2_000)
  const report = new LiveReport({ redis, node, directory, log })
  for (let turn = 0; turn < 3; turn++) await report.report(turn)
  const turns = 20
  const startedAt = process.cpuUsage()
  for (let turn = 0; turn < turns; turn++) await report.report(3)
  const { user, system } = process.cpuUsage(startedAt)
  expect((user + system) / 1_000 / turns).toBeLessThan(20)
})

it('after Redis was away, or emptied, it hears everything again', async () => {
  const directory = idleDirectory(1)
  const [{ id, counters }] = directory.all as [Instance]
  counters.messagesIn = 5
  const report = new LiveReport({ redis, node, directory, log })
  report.start()
  cleanUp(() => report.stop())
  await eventually(async () => expect(await told(id)).toMatchObject({ messagesIn: 5 }))
  await server.flush()
  await server.stop()
  await server.start()
  await eventually(async () => expect(await told(id)).toMatchObject({ messagesIn: 5 }), { timeoutMs: 10_000 })
})
