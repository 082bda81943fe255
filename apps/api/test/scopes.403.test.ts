import { type ApiKeyScope, apiKeyScopes } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requireDeclaredAccess } from '../src/auth/access.js'
import { expectProblem } from './support/expect-problem.js'
import { type ApiOperation, type OpenApiOperation, readOperations, scopeOf } from './support/operations.js'
import { cookieName, newPerson, type Person } from './support/person.js'
import { type Answer, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

// Walks every operation that is registered, so that a new one cannot forget whom it lets in.

let api: TestApi
let tenant: Tenant
let operations: (ApiOperation & OpenApiOperation)[]
const keyOf = new Map<ApiKeyScope, string>()

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
  operations = await readOperations(api)
  for (const scope of apiKeyScopes) keyOf.set(scope, (await tenant.newKey([scope])).apiKey)
})
afterAll(cleanUpFile)

/** Asks for something that is not there, with a body that no operation takes: whoever is let in is told that. */
function send({ method, path }: ApiOperation, headers: Record<string, string>): Promise<Answer> {
  const url = path.replaceAll(/\{\w+\}/g, 'mqtt-00000000')
  if (method === 'GET') return api.send({ method, url, headers })
  const sent = { ...headers, 'content-type': 'application/json' }
  return api.send({ method, url, headers: sent, payload: '{"nix":1}' })
}
const withKey = (key: string) => ({ authorization: `Bearer ${key}` })
const isRefused = ({ status }: Answer): boolean => status === 401 || status === 403

/** The area of an operation by its path, said here once more than in the routes. */
function expectedArea(path: string): string {
  if (/\/(users|policies)\b/.test(path)) return 'access'
  if (/\/enhancement-rules\b/.test(path)) return 'rules'
  return /\/reply-jobs\b/.test(path) ? 'replies' : 'instances'
}

describe('a key', () => {
  it('is let in by every operation of its scope, and by no other; write includes read', async () => {
    const scoped = operations.filter((operation) => scopeOf(operation))
    expect(scoped.length).toBeGreaterThanOrEqual(26)
    for (const operation of scoped) {
      const needed = scopeOf(operation)!
      const enough = new Set<ApiKeyScope>([needed, needed.replace(':read', ':write') as ApiKeyScope])
      for (const scope of apiKeyScopes) {
        const answer = await send(operation, withKey(keyOf.get(scope)!))
        const seen = [operation.method, operation.path, scope, isRefused(answer)]
        expect(seen).toEqual([operation.method, operation.path, scope, !enough.has(scope)])
        if (enough.has(scope)) continue
        expectProblem(answer, 'forbidden')
        expect((answer.body as { detail: string }).detail).toContain(needed)
      }
    }
  })

  it('needs the scope of what it asks for: the area of the path, and write for what changes something', async () => {
    for (const operation of operations) {
      const scope = scopeOf(operation)
      if (!scope) continue
      const { method, path } = operation
      const reads = method === 'GET' || /\/policies\/test$|\/dry-run$/.test(path)
      expect([path, scope]).toEqual([path, `${expectedArea(path)}:${reads ? 'read' : 'write'}`])
    }
  })

  it('without any scope may do nothing, also one that was stored without saying so', async () => {
    const { apiKey } = await tenant.newKey([])
    for (const operation of operations.filter((operation) => scopeOf(operation))) {
      expectProblem(await send(operation, withKey(apiKey)), 'forbidden')
    }
  })

  it('with a scope that nobody knows has gained nothing', async () => {
    const { apiKey, keyId } = await tenant.newKey([])
    const scopes = ['*', 'admin', 'instances', 'instances:*', 'INSTANCES:READ']
    await api.db.apiKey.update({ where: { id: keyId }, data: { scopes } })
    expectProblem(await send({ method: 'GET', path: '/api/v1/instances' }, withKey(apiKey)), 'forbidden')
  })

  it('is refused by what only a person may do, whatever its scopes', async () => {
    const personal = operations.filter(({ security }) => security.length > 0).filter((o) => !scopeOf(o))
    expect(personal.length).toBeGreaterThanOrEqual(3)
    for (const operation of personal) {
      expectProblem(await send(operation, withKey(tenant.apiKey)), 'forbidden')
    }
  })

  it('decides alone when a cookie is there too, be it of another tenant', async () => {
    const stranger: Person = await newPerson(api, await api.newTenant())
    const { id } = await tenant.newInstance()
    const cookie = `${cookieName}=${stranger.cookie}`
    const url = `/api/v1/instances/${id}`
    const both = { ...withKey(tenant.apiKey), cookie }
    expect((await api.send({ method: 'GET', url, headers: both })).status).toBe(200)
    expectProblem(await api.send({ method: 'GET', url, headers: { cookie } }), 'not_found')
    for (const key of ['nonsense', (await tenant.newKey([])).apiKey]) {
      const answer = await api.send({ method: 'GET', url, headers: { ...withKey(key), cookie } })
      expect(isRefused(answer)).toBe(true)
    }
    expectProblem(await api.send({ method: 'GET', url: '/api/v1/session', headers: both }), 'forbidden')
  })
})

describe('a person who is signed in', () => {
  it('is let in by every operation', async () => {
    let person = await newPerson(api, tenant)
    for (const operation of operations) {
      const { cookie, session } = person
      const headers = { cookie: `${cookieName}=${cookie}`, 'x-csrf-token': session.csrfToken }
      const answer = await send(operation, headers)
      expect([operation.path, isRefused(answer)]).toEqual([operation.path, false])
      if (operation.path.endsWith('/session')) person = await newPerson(api, tenant)
    }
  })
})

it('an operation that does not say whom it lets in keeps the API from starting', async () => {
  const app = Fastify()
  requireDeclaredAccess(app)
  app.get('/open', { config: { access: 'anyone' } }, () => 'ok')
  expect(() => app.get('/forgotten', () => 'ok')).toThrow('GET /forgotten does not say whom it lets in')
  await app.close()
})
