import type { EnhancementRule, Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { type Page, rulesPath, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant
let instance: Instance
let a: EnhancementRule
let b: EnhancementRule

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
beforeEach(async () => {
  instance = await tenant.newInstance()
  a = await tenant.newRule(instance.id)
  b = await tenant.newRule(instance.id)
})
afterAll(cleanUpFile)

const set = (body: unknown) =>
  tenant.call<Page<EnhancementRule>>('PUT', rulesPath(instance.id, '/priorities'), body)
const rules = async () => (await tenant.call<Page<EnhancementRule>>('GET', rulesPath(instance.id))).body.items

it('200: all of them in one revision; the answer is the new order', async () => {
  const { status, body } = await set([
    { id: a.id, priority: 9_999 },
    { id: b.id, priority: 0 }
  ])
  expect(status).toBe(200)
  expect(body.nextCursor).toBeNull()
  expect(body.items.map(({ id, priority, revision }) => [id, priority, revision])).toEqual([
    [b.id, 0, 4],
    [a.id, 9_999, 4]
  ])
  expect(await rules()).toEqual(body.items)
  expect(await api.db.auditEvent.count({ where: { instanceId: instance.id } })).toBe(4)
})

it('200: a rule that is not named keeps its priority and its revision', async () => {
  const { body } = await set([{ id: b.id, priority: 5 }])
  expect(body.items).toEqual([expect.objectContaining({ id: b.id, priority: 5, revision: 4 }), a])
})

it.each([
  [
    'an unknown rule',
    (id: string) => [
      { id, priority: 1 },
      { id: 'nobody', priority: 2 }
    ],
    '/1/id'
  ],
  [
    'an id with U+0000',
    (id: string) => [
      { id, priority: 1 },
      { id: '\0', priority: 2 }
    ],
    '/1/id'
  ],
  [
    'an id of half a pair',
    (id: string) => [
      { id, priority: 1 },
      { id: '\ud800', priority: 2 }
    ],
    '/1/id'
  ],
  [
    'a rule twice',
    (id: string) => [
      { id, priority: 1 },
      { id, priority: 2 }
    ],
    '/1/id'
  ],
  ['a priority below 0', (id: string) => [{ id, priority: -1 }], '/0/priority'],
  ['a priority above 9999', (id: string) => [{ id, priority: 10_000 }], '/0/priority'],
  ['an unknown field', (id: string) => [{ id, priority: 1, nix: 1 }], '/0/nix'],
  ['no rule at all', () => [], ''],
  ['no list', () => ({}), '']
])('422: %s, and no priority changes', async (_what, body, path) => {
  expect(expectProblem(await set(body(a.id)), 'invalid')).toEqual([path])
  expect(await rules()).toEqual([a, b])
  expect((await tenant.call('GET', `/instances/${instance.id}`)).body).toMatchObject({ revision: 3 })
  expect(await api.db.auditEvent.count({ where: { instanceId: instance.id } })).toBe(3)
  expect(await api.db.outboxEntry.count({ where: { instanceId: instance.id } })).toBe(3)
})

it("422: a rule of the tenant's other instance", async () => {
  const other = await tenant.newInstance()
  const foreign = await tenant.newRule(other.id)
  expect(expectProblem(await set([{ id: foreign.id, priority: 1 }]), 'invalid')).toEqual(['/0/id'])
  expect((await tenant.call('GET', rulesPath(other.id, `/${foreign.id}`))).body).toEqual(foreign)
})
