import { type ApiKeyView, type ApiKeyWithSecret, apiKeyBounds, apiKeyScopes } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { newPerson, type Person } from './support/person.js'
import {
  type Answer,
  type Page,
  startTestApi,
  type Tenant,
  type TestApi,
  uniqueName
} from './support/test-api.js'

const minuteMs = 60_000
let nowMs = Date.parse('2026-03-01T12:00:00.000Z')
let api: TestApi
let tenant: Tenant
let person: Person

beforeAll(async () => {
  api = await startTestApi({ auth: { now: () => new Date(nowMs) } })
})
beforeEach(async () => {
  tenant = await api.newTenant()
  person = await newPerson(api, tenant)
})
afterAll(cleanUpFile)

const create = (fields: object = {}) =>
  person.call<ApiKeyWithSecret>('POST', '/api-keys', {
    name: uniqueName(),
    scopes: ['rules:read'],
    ...fields
  })
const list = async (query = ''): Promise<Page<ApiKeyView>> =>
  (await person.call<Page<ApiKeyView>>('GET', `/api-keys${query}`)).body
const viewOf = async (id: string): Promise<ApiKeyView> => (await list()).items.find((key) => key.id === id)!
const use = (key: string, path = '/instances'): Promise<Answer> =>
  api.send({ method: 'GET', url: `/api/v1${path}`, headers: { authorization: `Bearer ${key}` } })
const inMinutes = (minutes: number): string => new Date(nowMs + minutes * minuteMs).toISOString()

describe('POST /api-keys 201', () => {
  it('answers the key this once; it works at once, and the database holds a hash', async () => {
    const answer = await create({ name: 'build', scopes: ['instances:read', 'rules:write'], expiresAt: null })
    const { key, ...view } = answer.body
    expect(key).toMatch(new RegExp(`^pk_${view.id}_[A-Za-z0-9_-]{43}$`))
    expect(answer.headers.location).toBe(`/api/v1/api-keys/${view.id}`)
    expect(view).toEqual({
      id: view.id,
      name: 'build',
      scopes: ['instances:read', 'rules:write'],
      status: 'active',
      createdAt: new Date(nowMs).toISOString(),
      expiresAt: null,
      revokedAt: null,
      lastUsedAt: null
    })
    expect((await use(key)).status).toBe(200)
    const everything = [await api.db.apiKey.findMany(), await api.db.auditEvent.findMany(), await list()]
    expect(JSON.stringify(everything)).not.toContain(key.slice(-43))
  })

  it('is recorded with who, which scopes and until when', async () => {
    const { body } = await create({ expiresAt: inMinutes(5) })
    const where = { tenantId: tenant.tenantId, action: 'api-key.create' }
    expect(await api.db.auditEvent.findMany({ where })).toMatchObject([
      {
        actor: `account:${person.email}`,
        details: { keyId: body.id, name: body.name, scopes: ['rules:read'], expiresAt: inMinutes(5) }
      }
    ])
  })

  it('a time with an offset is the same time', async () => {
    const { body } = await create({ expiresAt: '2027-01-01T02:00:00+02:00' })
    expect(body.expiresAt).toBe('2027-01-01T00:00:00.000Z')
  })
})

describe('POST /api-keys 422', () => {
  it.each([
    ['no scope', { scopes: [] }, '/scopes'],
    ['an unknown scope', { scopes: ['admin'] }, '/scopes/0'],
    ['a scope twice', { scopes: ['rules:read', 'rules:read'] }, '/scopes'],
    ['a name with markup', { name: '<b>bold</b>' }, '/name'],
    ['a time that is over', { expiresAt: '2026-03-01T12:00:00.000Z' }, '/expiresAt'],
    ['a day alone', { expiresAt: '2027-01-01' }, '/expiresAt'],
    ['a second that no clock shows', { expiresAt: '2027-01-01T23:59:60Z' }, '/expiresAt'],
    ['a tenant', { tenantId: 'x' }, '/tenantId']
  ])('%s', async (_what, fields, path) => {
    expect(expectProblem(await create(fields), 'invalid')).toContain(path)
    expect(await api.db.apiKey.count({ where: { tenantId: tenant.tenantId } })).toBe(1)
  })
})

describe('POST /api-keys 409', () => {
  it('a tenant holds a hundred keys, revoked ones aside, however many are made at once', async () => {
    const row = { tenantId: tenant.tenantId, name: 'many', secretSalt: '', secretHash: '' }
    await api.db.apiKey.createMany({
      data: Array.from({ length: apiKeyBounds.keysMax - 3 }, (_, i) => ({
        ...row,
        id: `${tenant.keyId}-${i}`
      }))
    })
    const answers = await Promise.all(Array.from({ length: 6 }, () => create()))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2)
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expectProblem(answer, 'keys_limit_reached')
    }
    expect((await person.call('DELETE', `/api-keys/${tenant.keyId}-0`)).status).toBe(204)
    expect((await create()).status).toBe(201)
  })
})

describe('GET /api-keys', () => {
  it('shows the newest first, page by page, each once, and nothing of another tenant', async () => {
    const made: string[] = [tenant.keyId]
    for (let i = 0; i < 5; i++) {
      // Two of one millisecond among them.
      if (i !== 3) nowMs += 1
      made.push((await create()).body.id)
    }
    await newPerson(api, await api.newTenant())
    await api.db.apiKey.update({ where: { id: tenant.keyId }, data: { createdAt: new Date(0) } })
    const seen: string[] = []
    for (let cursor = ''; ; ) {
      const { items, nextCursor } = await list(`?limit=2${cursor}`)
      seen.push(...items.map(({ id }) => id))
      if (nextCursor === null) break
      cursor = `&cursor=${nextCursor}`
    }
    expect([...seen].sort()).toEqual([...made].sort())
    expect(seen.at(-1)).toBe(tenant.keyId)
    expect(seen[0]).toBe(made[5])
  })

  it('says of each key whether it is good, and never its secret', async () => {
    const [active, expired, revoked] = [
      (await create()).body,
      (await create({ expiresAt: inMinutes(1) })).body,
      (await create()).body
    ]
    await person.call('DELETE', `/api-keys/${revoked.id}`)
    nowMs += minuteMs
    const states = await Promise.all(
      [active, expired, revoked].map(async ({ id }) => (await viewOf(id)).status)
    )
    expect(states).toEqual(['active', 'expired', 'revoked'])
    const fields = Object.keys((await list()).items[0]!)
    expect(fields.filter((field) => /secret|hash|salt|^key$/i.test(field))).toEqual([])
  })

  it('shows all scopes of a key that was there before there were scopes', async () => {
    expect((await viewOf(tenant.keyId)).scopes).toEqual([...apiKeyScopes])
  })
})

describe('DELETE /api-keys/{keyId} 204', () => {
  it('the key is refused from the next request on; other keys go on; it is recorded once', async () => {
    const [one, other] = [(await create({ scopes: ['instances:read'] })).body, (await create()).body]
    expect((await use(one.key)).status).toBe(200)
    expect((await person.call('DELETE', `/api-keys/${one.id}`)).status).toBe(204)
    expectProblem(await use(one.key), 'unauthenticated')
    expectProblem(await use(other.key), 'forbidden')
    const { revokedAt } = await viewOf(one.id)
    expect(revokedAt).toBe(new Date(nowMs).toISOString())
    nowMs += minuteMs
    expect((await person.call('DELETE', `/api-keys/${one.id}`)).status).toBe(204)
    expect((await viewOf(one.id)).revokedAt).toBe(revokedAt)
    const where = { tenantId: tenant.tenantId, action: 'api-key.revoke' }
    expect(await api.db.auditEvent.findMany({ where })).toMatchObject([
      { actor: `account:${person.email}`, details: { keyId: one.id, name: one.name } }
    ])
  })

  it("another tenant's key is not found, and goes on", async () => {
    const stranger = await newPerson(api, await api.newTenant())
    const unknown = await stranger.call('DELETE', '/api-keys/aaaaaaaaaaaa')
    const foreign = await stranger.call('DELETE', `/api-keys/${tenant.keyId}`)
    expectProblem(foreign, 'not_found')
    expect(foreign.body).toEqual(unknown.body)
    expectProblem(await stranger.call('DELETE', '/api-keys/%00'), 'not_found')
    expect((await use(tenant.apiKey)).status).toBe(200)
    expect((await stranger.call<Page<ApiKeyView>>('GET', '/api-keys')).body.items).toHaveLength(1)
  })
})

describe('a key', () => {
  it('that expires is refused from that moment on', async () => {
    const { key } = (await create({ scopes: ['instances:read'], expiresAt: inMinutes(1) })).body
    nowMs += minuteMs - 1
    expect((await use(key)).status).toBe(200)
    nowMs += 1
    expectProblem(await use(key), 'unauthenticated')
  })

  it('shows when it was last used, to the minute; a request that is refused for its secret is no use', async () => {
    const { id, key } = (await create({ scopes: ['instances:read'] })).body
    const seen = async (): Promise<string | null> => {
      await api.auth.afterwards.settled()
      return (await viewOf(id)).lastUsedAt
    }
    await use(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`)
    expect(await seen()).toBeNull()
    const first = new Date(nowMs).toISOString()
    await Promise.all(Array.from({ length: 10 }, () => use(key)))
    expect(await seen()).toBe(first)
    nowMs += minuteMs - 1
    await use(key)
    expect(await seen()).toBe(first)
    nowMs += 1
    await use(key)
    expect(await seen()).toBe(new Date(nowMs).toISOString())
  })

  it('is served while the note of its use cannot be written', async () => {
    const { key } = (await create({ scopes: ['instances:read'] })).body
    const lock = 'LOCK TABLE api_keys IN EXCLUSIVE MODE'
    await api.db.$transaction(async (tx) => {
      await tx.$executeRawUnsafe(lock)
      expect((await use(key)).status).toBe(200)
    })
    await api.auth.afterwards.settled()
  })

  it('cannot make, list or revoke keys: what it may do is not its own to say', async () => {
    for (const [method, path] of [
      ['POST', '/api-keys'],
      ['GET', '/api-keys'],
      ['DELETE', `/api-keys/${tenant.keyId}`]
    ] as const) {
      const body = method === 'POST' ? { name: 'more', scopes: ['rules:write'] } : undefined
      expectProblem(await tenant.call(method, path, body), 'forbidden')
    }
    expect((await use(tenant.apiKey)).status).toBe(200)
  })
})
