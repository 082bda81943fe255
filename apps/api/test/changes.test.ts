import type { EnhancementRule, Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  newPolicyBody,
  newRuleBody,
  policiesPath,
  rulesPath,
  startTestApi,
  type Tenant,
  type TestApi,
  userPath
} from './support/test-api.js'

let api: TestApi
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
beforeEach(async () => {
  instance = await tenant.newInstance()
})
afterAll(cleanUpFile)

/** What one change writes beside the row. */
async function trail() {
  const where = { instanceId: instance.id }
  const events = await api.db.auditEvent.findMany({ where, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  const outbox = await api.db.outboxEntry.findMany({ where, orderBy: { id: 'asc' } })
  const { revision } = await api.db.instance.findUniqueOrThrow({ where: { id: instance.id } })
  return { events, revisions: outbox.map((entry) => entry.revision), revision }
}

it('each change writes its revision, one audit row and one outbox row', async () => {
  const path = `/instances/${instance.id}`
  await tenant.call('PATCH', path, { remark: 'new' })
  const rule = await tenant.newRule(instance.id)
  await tenant.call('PATCH', rulesPath(instance.id, `/${rule.id}`), { remark: 'new' })
  await tenant.call('PUT', rulesPath(instance.id, `/${rule.id}`), newRuleBody())
  await tenant.call('PUT', rulesPath(instance.id, '/priorities'), [{ id: rule.id, priority: 1 }])
  await tenant.call('DELETE', rulesPath(instance.id, `/${rule.id}`))
  await tenant.call('DELETE', path)
  const { events, revisions, revision } = await trail()
  expect(revision).toBe(8)
  expect(revisions).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(events.map(({ action }) => action)).toEqual([
    'instance.create',
    'instance.update',
    'rule.create',
    'rule.update',
    'rule.update',
    'rule.priorities',
    'rule.delete',
    'instance.delete'
  ])
  for (const { actor, tenantId } of events) {
    expect({ actor, tenantId }).toEqual({ actor: `key:${tenant.keyId}`, tenantId: tenant.tenantId })
  }
})

it('changes of users and policies do so too, each under its name', async () => {
  const policy = await tenant.newPolicy(instance.id, { name: 'abc' })
  const path = policiesPath(instance.id, `/${policy.id}`)
  await tenant.call('PATCH', path, { remark: 'new' })
  await tenant.call('PUT', path, newPolicyBody())
  await tenant.call('PUT', policiesPath(instance.id, '/priorities'), [{ id: policy.id, priority: 1 }])
  await tenant.call('DELETE', path)
  await tenant.newUser(instance.id, { username: 'a', password: 'never-written' })
  await tenant.call('PATCH', userPath(instance.id, 'a'), { status: 'disabled' })
  await tenant.call('POST', userPath(instance.id, 'a', '/reset-password'), {})
  await tenant.call('DELETE', userPath(instance.id, 'a'))
  const { events, revisions, revision } = await trail()
  expect(revision).toBe(10)
  expect(revisions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(events.slice(1).map(({ action, details }) => [action, details])).toEqual([
    ['policy.create', { name: 'abc' }],
    ['policy.update', { policyId: policy.id }],
    ['policy.update', { policyId: policy.id }],
    ['policy.priorities', { priorities: [{ id: policy.id, priority: 1 }] }],
    ['policy.delete', { policyId: policy.id }],
    ['user.create', { username: 'a' }],
    ['user.update', { username: 'a', status: 'disabled' }],
    ['user.password', { username: 'a' }],
    ['user.delete', { username: 'a' }]
  ])
})

it('a change that is refused writes nothing', async () => {
  const rule = await tenant.newRule(instance.id)
  const before = await trail()
  const path = rulesPath(instance.id, `/${rule.id}`)
  const refused = [
    await tenant.call('PATCH', `/instances/${instance.id}`, { limits: { maxInflight: 0 } }),
    await tenant.call('PATCH', `/instances/${instance.id}`, { autoReply: { retry: { maxDelayMs: 10 } } }),
    await tenant.call('POST', rulesPath(instance.id), { name: rule.name, actions: rule.actions }),
    await tenant.call('PATCH', path, { actions: { responseTopic: null } }),
    await tenant.call('DELETE', rulesPath(instance.id, '/nobody')),
    await tenant.call('PUT', rulesPath(instance.id, '/priorities'), [{ id: 'nobody', priority: 1 }]),
    await (await api.newTenant()).call('DELETE', `/instances/${instance.id}`)
  ]
  expect(refused.map(({ status }) => status)).toEqual([422, 422, 409, 422, 404, 422, 404])
  expect(await trail()).toEqual(before)
})

it('20 rules made at once get 20 consecutive revisions, audit rows and outbox rows', async () => {
  const create = () => tenant.call<EnhancementRule>('POST', rulesPath(instance.id), newRuleBody())
  const answers = await Promise.all(Array.from({ length: 20 }, create))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201))
  const expected = Array.from({ length: 20 }, (_, i) => i + 2)
  expect(answers.map(({ body }) => body.revision).sort((a, b) => a - b)).toEqual(expected)
  const { events, revisions, revision } = await trail()
  expect(revision).toBe(21)
  expect(events.filter(({ action }) => action === 'rule.create')).toHaveLength(20)
  expect(revisions).toEqual([1, ...expected])
})

it('20 instances made at once get 20 ids and ports', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, () => tenant.newInstance()))
  expect(new Set(made.map(({ id }) => id)).size).toBe(20)
  expect(new Set(made.map(({ endpoints }) => endpoints.mqtt)).size).toBe(20)
})
