import { randomUUID } from 'node:crypto'
import { json } from 'node:stream/consumers'
import { connectRedis } from '@parley/config-feed'
import {
  type ApiKeyScope,
  type AuthorizationPolicy,
  apiKeyScopes,
  type EnhancementRule,
  type Instance,
  type MqttUserWithPassword
} from '@parley/contracts'
import { createApiKey, createDatabase, type Database } from '@parley/database'
import { ReplyJobs } from '@parley/jobs'
import { cleanUp, createTestDatabase, createTestRedis, type TestRedis } from '@parley/testkit'
import type { FastifyBaseLogger, InjectOptions } from 'fastify'
import type { Redis } from 'ioredis'
import { pino } from 'pino'
import { buildApp } from '../../src/app.js'
import { type Auth, type AuthOptions, createAuth } from '../../src/auth/auth.js'
import type { PortRange } from '../../src/config.js'
import { Relay } from '../../src/relay/relay.js'
import type { Routes } from '../../src/routes/route.js'

export interface Answer<T = unknown> {
  status: number
  headers: Record<string, unknown>
  /** JSON as a value, anything else as text. */
  body: T
}

export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export interface RawRequest {
  method: string
  url: string
  headers?: Record<string, string>
  payload?: string
  remoteAddress?: string
}

/** A customer with one API key that may do everything; every request goes out with it. */
export interface Tenant {
  tenantId: string
  keyId: string
  apiKey: string
  call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>>
  /** A body as text, for what no JavaScript value is written as. */
  callRaw<T>(method: string, path: string, payload: string): Promise<Answer<T>>
  /** Another key of the tenant. */
  newKey(scopes: ApiKeyScope[], fields?: { expiresAt?: Date }): Promise<{ keyId: string; apiKey: string }>
  newInstance(fields?: object): Promise<Instance>
  newRule(instanceId: string, fields?: object): Promise<EnhancementRule>
  newPolicy(instanceId: string, fields?: object): Promise<AuthorizationPolicy>
  newUser(instanceId: string, fields?: object): Promise<MqttUserWithPassword>
}

export interface TestApi {
  app: Routes
  db: Database
  databaseUrl: string
  auth: Auth
  redis: TestRedis
  /** The API's own connection to Redis. */
  redisClient: Redis
  newTenant(): Promise<Tenant>
  send<T>(request: RawRequest): Promise<Answer<T>>
}

export interface TestApiOptions {
  mqttPorts?: PortRange
  repairIntervalMs?: number
  log?: FastifyBaseLogger
  auth?: AuthOptions
  /** None is built unless given. */
  adminUiDir?: string
}

const quiet = pino({ level: 'silent' })
let names = 0

/** A name that nothing else in this test process has. */
export function uniqueName(): string {
  return `name-${++names}`
}

/** What every test that needs a rule may start from. */
export function newRuleBody(fields: object = {}): { name: string; actions: object } {
  return { name: uniqueName(), actions: { responseTopic: 'replies/${clientId}' }, ...fields }
}

export function rulesPath(instanceId: string, suffix = ''): string {
  return `/instances/${instanceId}/enhancement-rules${suffix}`
}

/** What every test that needs a policy may start from. */
export function newPolicyBody(fields: object = {}) {
  return { name: uniqueName(), effect: 'allow', actions: ['publish'], ...fields }
}

export function policiesPath(instanceId: string, suffix = ''): string {
  return `/instances/${instanceId}/policies${suffix}`
}

export function usersPath(instanceId: string, suffix = ''): string {
  return `/instances/${instanceId}/users${suffix}`
}

export function userPath(instanceId: string, username: string, suffix = ''): string {
  return usersPath(instanceId, `/${encodeURIComponent(username)}${suffix}`)
}

/** The whole API without its port: real Postgres, a Redis of its own, the relay running. */
export async function startTestApi(options: TestApiOptions = {}): Promise<TestApi> {
  const { mqttPorts = { first: 21_000, last: 25_999 }, repairIntervalMs, log = quiet } = options
  const { adminUiDir = '/nowhere' } = options
  const [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  cleanUp(() => Promise.all([redis.end(), database.drop()]))
  const db = createDatabase(database.url, { poolSize: 8 })
  cleanUp(() => db.$disconnect())
  const redisClient = connectRedis(redis.url, quiet, 'test-api')
  cleanUp(() => redisClient.disconnect())
  const relay = new Relay({
    db,
    redis: redisClient,
    log,
    ...(repairIntervalMs && { repairIntervalMs })
  })
  cleanUp(() => relay.stop())
  const config = { publicHost: '127.0.0.1', edgePort: 8083, mqttPorts }
  const auth = createAuth(redisClient, options.auth)
  const replyJobs = new ReplyJobs(redisClient)
  const app = await buildApp({ db, redis: redisClient, relay, replyJobs, auth, adminUiDir, config }, log)
  cleanUp(() => app.close())
  relay.start()

  const send: TestApi['send'] = async <T>(request: RawRequest) => {
    if (request.url.endsWith('/live')) return headOf(app, request)
    const answer = await app.inject(request as InjectOptions)
    const isJson = String(answer.headers['content-type']).includes('json')
    const body = (isJson ? answer.json() : answer.body) as T
    return { status: answer.statusCode, headers: answer.headers, body }
  }
  const newTenant = (): Promise<Tenant> => makeTenant(db, send)
  return { app, db, databaseUrl: database.url, auth, redis, redisClient, newTenant, send }
}

/** Of an answer that goes on: what it begins with, and no more when it is a success. */
async function headOf<T>(app: Routes, request: RawRequest): Promise<Answer<T>> {
  const answer = await app.inject({ ...(request as InjectOptions), payloadAsStream: true })
  const { statusCode: status, headers } = answer
  const stream = answer.stream()
  if (status === 200) {
    stream.destroy()
    return { status, headers, body: '' as T }
  }
  return { status, headers, body: (await json(stream)) as T }
}

async function makeTenant(db: Database, send: TestApi['send']): Promise<Tenant> {
  const { id: tenantId } = await db.tenant.create({ data: { name: `tenant-${randomUUID()}` } })
  const newKey: Tenant['newKey'] = async (scopes, fields = {}) => {
    const { plain: apiKey, keyId, ...secret } = createApiKey()
    await db.apiKey.create({ data: { id: keyId, tenantId, name: 'test', scopes, ...secret, ...fields } })
    return { keyId, apiKey }
  }
  const { keyId, apiKey } = await newKey([...apiKeyScopes])
  const authorization = `Bearer ${apiKey}`

  const callRaw: Tenant['callRaw'] = (method, path, payload) => {
    const headers = { authorization, 'content-type': 'application/json' }
    return send({ method, url: `/api/v1${path}`, headers, payload })
  }
  const call: Tenant['call'] = (method, path, body) =>
    body === undefined
      ? send({ method, url: `/api/v1${path}`, headers: { authorization } })
      : callRaw(method, path, JSON.stringify(body))
  const create = async <T>(path: string, body: object): Promise<T> => {
    const answer = await call<T>('POST', path, body)
    if (answer.status !== 201) throw new Error(`POST ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  return {
    tenantId,
    keyId,
    apiKey,
    call,
    callRaw,
    newKey,
    newInstance: (fields) => create('/instances', { name: uniqueName(), ...fields }),
    newRule: (instanceId, fields) => create(rulesPath(instanceId), newRuleBody(fields)),
    newPolicy: (instanceId, fields) => create(policiesPath(instanceId), newPolicyBody(fields)),
    newUser: (instanceId, fields) => create(usersPath(instanceId), { username: uniqueName(), ...fields })
  }
}
