import { connect } from 'node:net'
import { noFigures, writeLiveFigures } from '@parley/config-feed'
import type { Instance } from '@parley/contracts'
import { cleanUp, cleanUpFile, eventually } from '@parley/testkit'
import Fastify, { type FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Principal } from '../src/auth/principal.js'
import { isStillGood } from '../src/auth/still-good.js'
import { LiveHub, type LiveHubOptions } from '../src/live/live-hub.js'
import { EventStream } from './support/event-stream.js'
import { startTestApi, type Tenant, type TestApi } from './support/test-api.js'

// The hub at a quicker pace than the service runs it.
const intervalMs = 10
const recheckMs = 200

let api: TestApi
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  api = await startTestApi()
})
beforeEach(async () => {
  tenant = await api.newTenant()
  instance = await tenant.newInstance()
})
afterAll(cleanUpFile)

interface TestHub {
  url: string
  connections(): Promise<number>
}

/** A hub behind a port that shows the instance to whoever asks. */
async function serve(options: Partial<LiveHubOptions> = {}): Promise<TestHub> {
  const { db, redisClient: redis } = api
  const log = pino({ level: 'silent' }) as FastifyBaseLogger
  const hub = new LiveHub({
    db,
    redis,
    log,
    intervalMs,
    recheckMs,
    stillValid: (principal) => isStillGood(api, principal),
    ...options
  })
  const app = Fastify()
  app.addHook('preClose', async () => hub.stop())
  const row = await db.instance.findUniqueOrThrow({ where: { id: instance.id } })
  const { tenantId, keyId } = tenant
  const principal: Principal = { tenantId, actor: `key:${keyId}`, scopes: new Set(), keyId }
  app.get('/', (_request, reply) => reply.send(hub.watch(principal, row, reply.raw)))
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  cleanUp(() => app.close())
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
    )
  return { url, connections }
}

it('a view ends soon after its key is revoked, and not before', async () => {
  const { url } = await serve()
  const stream = await EventStream.open(url, '')
  const startedAt = Date.now()
  await stream.until(({ at }) => at > startedAt + 3 * recheckMs)
  await api.db.apiKey.update({ where: { id: tenant.keyId }, data: { revokedAt: new Date() } })
  const revokedAt = Date.now()
  await stream.ended()
  expect(Date.now() - revokedAt).toBeLessThan(5 * recheckMs)
})

it('a view goes on while nobody can tell whether its key is valid, and it is asked again', async () => {
  let asked = 0
  const { url } = await serve({
    stillValid: async () => {
      asked++
      if (asked < 3) throw new Error('not now')
      return false
    }
  })
  const stream = await EventStream.open(url, '')
  await eventually(() => expect(asked).toBe(2))
  expect(await stream.next()).toBeDefined()
  await stream.ended()
  expect(asked).toBe(3)
})

it('a watcher that does not read is let go, and the others are not concerned', async () => {
  const nodes = Array.from({ length: 900 }, (_, i) => `${'n'.repeat(58)}-${i}`)
  for (const node of nodes) {
    await api.redisClient.zadd('parley:nodes', Date.now() + 60_000, node)
    await writeLiveFigures(api.redisClient, node, 'run', new Map([[instance.id, noFigures()]]))
  }
  const { url, connections } = await serve()
  const reading = await EventStream.open(url, '')
  expect((await reading.next())!.nodes).toHaveLength(nodes.length)
  const deaf = connect(Number(new URL(url).port), '127.0.0.1')
  cleanUp(() => deaf.destroy())
  deaf.on('error', () => undefined)
  deaf.pause()
  deaf.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await eventually(async () => expect(await connections()).toBe(2))
  let read = 0
  await eventually(
    async () => {
      read += (await reading.next()) ? 1 : 0
      expect(await connections()).toBe(1)
    },
    { timeoutMs: 15_000 }
  )
  expect(read).toBeGreaterThan(0)
  expect(await reading.next()).toMatchObject({ heard: true })
})

it('without Postgres a view goes on with what was known', async () => {
  const { db } = api
  let away = false
  const flaky = new Proxy(db, {
    get: (target, name: keyof typeof db) => {
      if (away && name === 'instance') throw new Error('Postgres is away')
      return target[name]
    }
  })
  const { url } = await serve({ db: flaky })
  const stream = await EventStream.open(url, '')
  await stream.next()
  away = true
  const { at } = (await stream.next())!
  expect(await stream.until((event) => event.at > at + 100)).toMatchObject({ revision: 1, heard: true })
  away = false
  await tenant.call('PATCH', `/instances/${instance.id}`, { remark: 'back' })
  await stream.until(({ revision }) => revision === 2)
})
