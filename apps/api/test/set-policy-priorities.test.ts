import type { AuthorizationPolicy, Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { type Page, policiesPath, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant
let instance: Instance
let a: AuthorizationPolicy
let b: AuthorizationPolicy

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
beforeEach(async () => {
  instance = await tenant.newInstance()
  a = await tenant.newPolicy(instance.id)
  b = await tenant.newPolicy(instance.id)
})
afterAll(cleanUpFile)

type Policies = Page<AuthorizationPolicy>
const set = (body: unknown) => tenant.call<Policies>('PUT', policiesPath(instance.id, '/priorities'), body)
const policies = async () => (await tenant.call<Policies>('GET', policiesPath(instance.id))).body.items

it('200: all of them in one revision; the answer is the new order', async () => {
  const { status, headers, body } = await set([
    { id: a.id, priority: 9_999 },
    { id: b.id, priority: 0 }
  ])
  expect([status, headers['parley-relay'], body.nextCursor]).toEqual([200, 'done', null])
  expect(body.items.map(({ id, priority, revision }) => [id, priority, revision])).toEqual([
    [b.id, 0, 4],
    [a.id, 9_999, 4]
  ])
  expect(await policies()).toEqual(body.items)
  expect(await api.db.auditEvent.count({ where: { instanceId: instance.id } })).toBe(4)
})

it.each([
  ['an unknown policy', 'nobody', '/1/id'],
  ['an id with U+0000', '\0', '/1/id'],
  ['an id of half a pair', '\ud800', '/1/id']
])('422: %s, and no priority changes', async (_what, id, path) => {
  const wanted = [
    { id: a.id, priority: 1 },
    { id, priority: 2 }
  ]
  expect(expectProblem(await set(wanted), 'invalid')).toEqual([path])
  expect(await policies()).toEqual([a, b])
  expect(await api.db.auditEvent.count({ where: { instanceId: instance.id } })).toBe(3)
})

it("422: a policy twice, a rule of the instance, a policy of the tenant's other instance", async () => {
  const twice = [
    { id: a.id, priority: 1 },
    { id: a.id, priority: 2 }
  ]
  expect(expectProblem(await set(twice), 'invalid')).toEqual(['/1/id'])
  const foreign = await tenant.newPolicy((await tenant.newInstance()).id)
  expect(expectProblem(await set([{ id: foreign.id, priority: 1 }]), 'invalid')).toEqual(['/0/id'])
  const rule = await tenant.newRule(instance.id)
  expect(expectProblem(await set([{ id: rule.id, priority: 1 }]), 'invalid')).toEqual(['/0/id'])
  expect(await policies()).toEqual([a, b])
})

it.each([
  ['a priority below 0', [{ id: 'x', priority: -1 }], '/0/priority'],
  ['a priority above 9999', [{ id: 'x', priority: 10_000 }], '/0/priority'],
  ['an unknown field', [{ id: 'x', priority: 1, nix: 1 }], '/0/nix'],
  ['no policy at all', [], '']
])('422: %s', async (_what, body, path) => {
  expect(expectProblem(await set(body), 'invalid')).toEqual([path])
})
