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

it('an instance holds no more than rulesMax rules, inactive ones included', async () => {
  const { id } = await tenant.newInstance({ limits: { rulesMax: 2 } })
  const first = await tenant.newRule(id, { status: 'inactive' })
  await tenant.newRule(id)
  expectProblem(await tenant.call('POST', rulesPath(id), newRuleBody()), 'rules_limit_reached')
  await tenant.call('DELETE', rulesPath(id, `/${first.id}`))
  expect((await tenant.newRule(id)).revision).toBe(5)
})

it('rulesMax holds for requests at the same moment', async () => {
  const { id } = await tenant.newInstance({ limits: { rulesMax: 3 } })
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => tenant.call('POST', rulesPath(id), newRuleBody()))
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409, 409, 409, 409])
  expect((await tenant.call('GET', `/instances/${id}`)).body).toMatchObject({ revision: 4 })
})

it('rulesMax 0 means none', async () => {
  const { id } = await tenant.newInstance({ limits: { rulesMax: 0 } })
  expectProblem(await tenant.call('POST', rulesPath(id), newRuleBody()), 'rules_limit_reached')
})

it('a name is taken by POST, PUT and PATCH alike, and nothing changes', async () => {
  const { id } = await tenant.newInstance()
  const [{ name }, own] = [await tenant.newRule(id), await tenant.newRule(id)]
  const path = rulesPath(id, `/${own.id}`)
  expectProblem(await tenant.call('POST', rulesPath(id), newRuleBody({ name })), 'name_taken')
  expectProblem(await tenant.call('PUT', path, newRuleBody({ name })), 'name_taken')
  expectProblem(await tenant.call('PATCH', path, { name }), 'name_taken')
  expect((await tenant.call('GET', path)).body).toEqual(own)
  expect((await tenant.call('GET', `/instances/${id}`)).body).toMatchObject({ revision: 3 })
  expect(await api.db.auditEvent.count({ where: { instanceId: id } })).toBe(3)
})
