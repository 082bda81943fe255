import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { newRuleBody, rulesPath, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

it('an instance is deleted once: 204 without a body, and from then on it is not there', async () => {
  const { id } = await tenant.newInstance()
  const rule = await tenant.newRule(id)
  const answer = await tenant.call('DELETE', `/instances/${id}`)
  expect([answer.status, answer.body, answer.headers['parley-relay']]).toEqual([204, '', 'done'])
  const path = `/instances/${id}`
  for (const method of ['GET', 'DELETE']) expectProblem(await tenant.call(method, path), 'not_found')
  expectProblem(await tenant.call('PATCH', path, { remark: 'x' }), 'not_found')
  expectProblem(await tenant.call('GET', rulesPath(id)), 'not_found')
  expectProblem(await tenant.call('GET', rulesPath(id, `/${rule.id}`)), 'not_found')
  expectProblem(await tenant.call('POST', rulesPath(id), newRuleBody()), 'not_found')
  expect(await api.db.enhancementRule.count({ where: { instanceId: id } })).toBe(0)
})

it('its name is free at once, its port is not', async () => {
  const first = await tenant.newInstance({ name: 'line-7' })
  await tenant.call('DELETE', `/instances/${first.id}`)
  const second = await tenant.newInstance({ name: 'line-7' })
  expect(second.id).not.toBe(first.id)
  expect(second.endpoints.mqtt).not.toBe(first.endpoints.mqtt)
})

it('a client may name a content type although it sends nothing', async () => {
  const { id } = await tenant.newInstance()
  expect((await tenant.callRaw('DELETE', `/instances/${id}`, '')).status).toBe(204)
})

it('of five requests at once one deletes, and one audit row says so', async () => {
  const { id } = await tenant.newInstance()
  const answers = await Promise.all([1, 2, 3, 4, 5].map(() => tenant.call('DELETE', `/instances/${id}`)))
  expect(answers.map(({ status }) => status).sort()).toEqual([204, 404, 404, 404, 404])
  expect(await api.db.auditEvent.count({ where: { instanceId: id, action: 'instance.delete' } })).toBe(1)
})
