import { type ProblemCode, problemCatalogue } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bodyBytesMax } from '../src/app.js'
import { expectProblem } from './support/expect-problem.js'
import { rulesPath, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

describe('400 not_parseable', () => {
  it.each([
    ['half an object', '{"name"'],
    ['nothing', ''],
    ['spaces', '  '],
    ['a text without quotes', 'name'],
    ['a comma too many', '{"name":"abc",}'],
    ['a field __proto__', '{"name":"abc","__proto__":{"anonymous":true}}'],
    ['a field __proto__ inside', '{"name":"abc","limits":{"__proto__":{"maxInflight":1}}}'],
    ['a field constructor with a prototype', '{"name":"abc","constructor":{"prototype":{"a":1}}}']
  ])('a body of %s', async (_what, payload) => {
    expectProblem(await tenant.callRaw('POST', '/instances', payload), 'not_parseable')
    expect(({} as Record<string, unknown>).anonymous).toBeUndefined()
    expect(await api.db.instance.count()).toBe(0)
  })
})

describe('413 body_too_large', () => {
  it('one byte above the bound is refused, the bound itself is read', async () => {
    const bodyOfBytes = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`
    const at = await tenant.callRaw('POST', '/instances', bodyOfBytes(bodyBytesMax))
    expectProblem(at, 'invalid')
    const above = await tenant.callRaw('POST', '/instances', bodyOfBytes(bodyBytesMax + 1))
    expectProblem(above, 'body_too_large')
  })
})

describe('415 unsupported_media_type', () => {
  it.each([
    'text/plain',
    'text/csv',
    'application/xml',
    'application/x-www-form-urlencoded',
    'multipart/form-data'
  ])('a body of %s', async (type) => {
    const headers = { authorization: `Bearer ${tenant.apiKey}`, 'content-type': type }
    const payload = '{"name":"abc"}'
    const answer = await api.send({ method: 'POST', url: '/api/v1/instances', headers, payload })
    expectProblem(answer, 'unsupported_media_type')
  })
})

describe('404 not_found', () => {
  it.each([
    ['GET', '/nothing'],
    ['GET', '/api/v1'],
    ['GET', '/api/v1/nothing'],
    ['GET', '/api/v1/instances/'],
    ['DELETE', '/api/v1/instances'],
    ['PUT', '/api/v1/instances/mqtt-00000000'],
    ['OPTIONS', '/api/v1/instances'],
    ['POST', '/health'],
    ['GET', '/api/docs/static/nothing.js'],
    ['GET', '/api/v1/instances/%zz'],
    ['GET', `/api/v1/instances/${'x'.repeat(5_000)}`]
  ])('%s %s, which no route answers', async (method, url) => {
    const headers = { authorization: `Bearer ${tenant.apiKey}` }
    expectProblem(await api.send({ method, url, headers }), 'not_found')
  })

  it.each([
    'mqtt-00000000',
    'x',
    '%00',
    '%F0%9F%98%80',
    '__proto__',
    'constructor',
    "'; DROP TABLE instances"
  ])('the id %s, which nobody has', async (id) => {
    expectProblem(await tenant.call('GET', `/instances/${encodeURI(decodeURI(id))}`), 'not_found')
    expectProblem(await tenant.call('DELETE', rulesPath(id.replace(/[ ;]/g, ''), '/x')), 'not_found')
  })
})

it('every code of the catalogue has an error status of its class and a title', () => {
  for (const [code, { status, title }] of Object.entries(problemCatalogue)) {
    expect(code as ProblemCode).toMatch(/^[a-z_]+$/)
    expect(status).toBeGreaterThanOrEqual(400)
    expect(title).not.toBe('')
  }
})

// The last one: nothing works after it.
it('an error that nobody foresaw says nothing of the inside', async () => {
  await api.db.$executeRaw`ALTER TABLE instances RENAME COLUMN remark TO gone`
  const answer = await tenant.call('GET', '/instances')
  expectProblem(answer, 'internal')
  expect(JSON.stringify(answer.body)).not.toMatch(/remark|gone|prisma|column/i)
})
