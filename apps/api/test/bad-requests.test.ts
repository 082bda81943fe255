import { problemCatalogue } from '@parley/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyBytesMax } from '../src/app.js'
import { ConfigError, readConfig } from '../src/config.js'
import { startTestApi, type TestApi } from './support/test-api.js'

let api: TestApi
let headers: Record<string, string>

beforeAll(async () => {
  api = await startTestApi()
  headers = { authorization: `Bearer ${(await api.newTenant()).apiKey}`, 'content-type': 'application/json' }
})
afterAll(() => api.stop())

describe('a request that cannot be served', () => {
  const url = '/api/v1/instances'
  it.each([
    ['a body that is not JSON', { method: 'POST', url, payload: '{"name"' }, 'not_parseable'],
    ['an empty body', { method: 'POST', url, payload: '' }, 'not_parseable'],
    [
      'a key `__proto__`',
      { method: 'POST', url, payload: '{"name":"abc","__proto__":{"x":1}}' },
      'not_parseable'
    ],
    [
      'a body that is too large',
      { method: 'POST', url, payload: `"${'x'.repeat(bodyBytesMax)}"` },
      'body_too_large'
    ],
    [
      'a body of another kind',
      { method: 'POST', url, payload: 'a', type: 'text/csv' },
      'unsupported_media_type'
    ],
    ['a body that is no object', { method: 'POST', url, payload: '[]' }, 'invalid'],
    ['an unknown path', { method: 'GET', url: '/api/v1/nothing' }, 'not_found'],
    ['an unknown method', { method: 'DELETE', url }, 'not_found'],
    ['an id with U+0000', { method: 'GET', url: `${url}/mqtt-%00` }, 'not_found'],
    [
      'a route that does not exist yet',
      { method: 'POST', url: `${url}/mqtt-00000000/enhancement-rules/dry-run`, payload: '{}' },
      'not_found'
    ]
  ] as const)('%s is answered as a problem of the catalogue', async (_what, request, code) => {
    const type: Record<string, string> = 'type' in request ? { 'content-type': request.type } : {}
    const answer = await api.send({ ...request, headers: { ...headers, ...type } })
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    const { status, title } = problemCatalogue[code]
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject({ type: `urn:parley:problem:${code}`, title, status, code })
    expect(answer.body.detail).not.toBe('')
  })
})

describe('while Postgres is away', () => {
  it('everything is answered 503, and works again afterwards', async () => {
    const database = new URL(api.databaseUrl).pathname.slice(1)
    const admin = new URL(api.databaseUrl)
    admin.pathname = '/postgres'
    const { Client } = (await import('pg')).default
    const client = new Client({ connectionString: admin.toString() })
    await client.connect()
    const break_ = async (): Promise<void> => {
      await client.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`)
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [
        database
      ])
    }
    try {
      await break_()
      await expect
        .poll(async () => (await api.send({ method: 'GET', url: '/health' })).status, { timeout: 5_000 })
        .toBe(503)
      const answer = await api.send({ method: 'GET', url: '/api/v1/instances', headers })
      expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
    } finally {
      await client.query(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`)
      await client.end()
    }
    await expect
      .poll(async () => (await api.send({ method: 'GET', url: '/api/v1/instances', headers })).status)
      .toBe(200)
    expect((await api.send({ method: 'GET', url: '/health' })).body).toEqual({
      status: 'ok',
      postgres: 'ok',
      redis: 'ok'
    })
  })
})

describe('the API documentation', () => {
  it('lists every operation, is a page, and is where / leads', async () => {
    const document = await api.send({ method: 'GET', url: '/api/docs/json' })
    expect(Object.keys(document.body.paths)).toContain(
      '/api/v1/instances/{instanceId}/enhancement-rules/priorities'
    )
    const page = await api.send({ method: 'GET', url: '/api/docs/' })
    expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')])
    const root = await api.send({ method: 'GET', url: '/' })
    expect([root.status, root.headers.location]).toEqual([302, '/api/docs'])
  })
})

describe('a setting that cannot be used', () => {
  const good = { DATABASE_URL: 'postgresql://a/b', REDIS_URL: 'redis://a' }
  it.each([
    ['PARLEY_HTTP_PORT', '65536'],
    ['PARLEY_EDGE_PORT', 'x'],
    ['PARLEY_MQTT_PORTS', '5-4'],
    ['PARLEY_MQTT_PORTS', '21000'],
    ['PARLEY_LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'mysql://a/b'],
    ['DATABASE_URL', ''],
    ['REDIS_URL', 'http://a']
  ])('%s=%s is named in one sentence', (name, value) => {
    expect(() => readConfig({ ...good, [name]: value })).toThrow(ConfigError)
    expect(() => readConfig({ ...good, [name]: value })).toThrow(name)
  })

  it('has the defaults of the contract otherwise', () => {
    expect(readConfig(good)).toMatchObject({
      host: '127.0.0.1',
      publicHost: '127.0.0.1',
      httpPort: 8080,
      edgePort: 8083,
      mqttPorts: { first: 21_000, last: 25_999 },
      logLevel: 'info'
    })
  })
})
