import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOperations, routedOperations, scopeOf } from './support/operations.js'
import { startTestApi, type TestApi } from './support/test-api.js'

let api: TestApi

beforeAll(async () => {
  api = await startTestApi()
})
afterAll(cleanUpFile)

const get = <T>(url: string) => api.send<T>({ method: 'GET', url })

describe('GET /health', () => {
  it('needs no key and says how Postgres and Redis are', async () => {
    const ok = { status: 'ok', postgres: 'ok', redis: 'ok' }
    await expect.poll(async () => (await get('/health')).body).toEqual(ok)
    expect((await get('/health')).status).toBe(200)
  })

  it('stays 200 while Redis is away, and says so', async () => {
    await api.redis.stop()
    const away = { status: 'ok', postgres: 'ok', redis: 'away' }
    await expect.poll(async () => (await get('/health')).body).toEqual(away)
    expect((await get('/health')).status).toBe(200)
    await api.redis.start()
    await expect
      .poll(async () => (await get('/health')).body, { timeout: 5_000 })
      .toMatchObject({ redis: 'ok' })
  })
})

describe('the API documentation', () => {
  it('is a page', async () => {
    for (const url of ['/api/docs', '/api/docs/']) {
      const page = await get(url)
      expect([page.status, page.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')])
    }
  })

  it('lists every operation with its success and its problem answers', async () => {
    const operations = await readOperations(api)
    expect(operations).toHaveLength(routedOperations(api).length)
    for (const { method, path, responses } of operations) {
      const problems = ['4XX', '5XX'].map((status) => Object.keys(responses[status]?.content ?? {}))
      const expected = [['application/problem+json'], ['application/problem+json']]
      expect([method, path, ...problems]).toEqual([method, path, ...expected])
      expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true)
    }
  })

  it('names the scope of every operation, and asks for nothing but in the health check and the sign-in', async () => {
    const operations = await readOperations(api)
    const open = operations.filter(({ security }) => security.length === 0)
    expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /api/v1/session'])
    const personal = operations.filter((operation) => scopeOf(operation) === undefined)
    expect(personal.every(({ path }) => /^\/api\/v1\/(session|api-keys)/.test(path))).toBe(true)
  })
})

it('every answer carries the security headers, and none may be kept', async () => {
  for (const url of ['/health', '/api/v1/instances', '/nothing', '/api/v1/nothing', '/']) {
    expect((await get(url)).headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      'cache-control': 'no-store'
    })
  }
})

it('only the documentation may show inline styles, and not even that runs a script from elsewhere', async () => {
  const policyOf = async (url: string) => String((await get(url)).headers['content-security-policy'])
  const docs = await policyOf('/api/docs/')
  expect(docs).toContain("script-src 'self';")
  expect(docs).toContain("frame-ancestors 'none'")
  expect(docs).toContain("'unsafe-inline'")
  for (const url of ['/health', '/api/v1/instances', '/nothing', '/']) {
    expect(await policyOf(url)).not.toContain('unsafe')
  }
})
