import { connectRedis } from '@parley/config-feed'
import { createApiKey, createDatabase, type Database } from '@parley/database'
import { createTestDatabase, createTestRedis, type TestRedis } from '@parley/testkit'
import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import { buildApp } from '../../src/app.js'
import { Relay } from '../../src/relay/relay.js'
import type { Routes } from '../../src/routes/route.js'

export interface Answer {
  status: number
  headers: Record<string, unknown>
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  body: any
}

/** The API as a caller sees it, with one key. */
export type Call = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>
) => Promise<Answer>

export interface TestApi {
  app: Routes
  db: Database
  redis: TestRedis
  databaseUrl: string
  /** A new customer with a key of its own. */
  newTenant(): Promise<{ tenantId: string; keyId: string; apiKey: string; call: Call }>
  /** Any request, as it is. */
  send(options: {
    method: string
    url: string
    headers?: Record<string, string>
    payload?: string
  }): Promise<Answer>
  stop(): Promise<void>
}

export interface TestApiOptions {
  mqttPorts?: { first: number; last: number }
  repairIntervalMs?: number
}

const quiet = pino({ level: 'silent' })

/** The whole API without its port: real Postgres, real Redis, the relay running. Stop it in `afterAll`. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { mqttPorts = { first: 21_000, last: 25_999 }, repairIntervalMs } = options
  const [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  const db = createDatabase(database.url, { poolSize: 8 })
  const client = connectRedis(redis.url, quiet, 'test-api')
  const relay = new Relay({
    db,
    redis: client,
    log: quiet,
    ...(repairIntervalMs ? { repairIntervalMs } : {})
  })
  const config = { publicHost: '127.0.0.1', edgePort: 8083, mqttPorts }
  const app = await buildApp({ db, redis: client, relay, config }, quiet)
  relay.start()

  const send: TestApi['send'] = async (request) => {
    const answer = await app.inject(request as InjectOptions)
    const json = String(answer.headers['content-type'] ?? '').includes('json')
    return { status: answer.statusCode, headers: answer.headers, body: json ? answer.json() : answer.body }
  }
  return {
    app,
    db,
    redis,
    databaseUrl: database.url,
    send,
    async newTenant() {
      const { plain, keyId, ...secret } = createApiKey()
      const { id: tenantId } = await db.tenant.create({ data: { name: `tenant-${keyId}` } })
      await db.apiKey.create({ data: { id: keyId, tenantId, name: 'test', ...secret } })
      const call: Call = (method, path, body, headers = {}) =>
        send({
          method,
          url: `/api/v1${path}`,
          headers: {
            authorization: `Bearer ${plain}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...headers
          },
          ...(body === undefined ? {} : { payload: JSON.stringify(body) })
        })
      return { tenantId, keyId, apiKey: plain, call }
    },
    async stop() {
      await app.close()
      await relay.stop()
      client.disconnect()
      await db.$disconnect()
      await redis.end()
      await database.drop()
    }
  }
}
