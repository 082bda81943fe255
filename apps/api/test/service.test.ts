import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOperations, routedOperations } from './support/operations.js'
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
  it('is where / leads, and is a page', async () => {
    const root = await get('/')
    expect([root.status, root.headers.location]).toEqual([302, '/api/docs'])
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

  it('asks for an API key everywhere but in the health check', async () => {
    const { body } = await get<{ security: unknown; paths: Record<string, Record<string, object>> }>(
      '/api/docs/json'
    )
    expect(body.security).toEqual([{ apiKey: [] }])
    const open = Object.entries(body.paths).filter(([, methods]) =>
      Object.values(methods).some((operation) => 'security' in operation)
    )
    expect(open.map(([path]) => path)).toEqual(['/health'])
  })
})

it('every answer carries the security headers', async () => {
  for (const url of ['/health', '/api/v1/instances', '/nothing', '/api/docs/']) {
    expect((await get(url)).headers).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-content-type-options': 'nosniff'
    })
  }
})
