import { policyBounds } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { newPolicyBody, policiesPath, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

it('an instance holds no more than 200 policies, also for requests at the same moment', async () => {
  expect(policyBounds.policiesMax).toBe(200)
  const { id } = await tenant.newInstance()
  const first = await tenant.newPolicy(id, { status: 'inactive' })
  const { id: _id, name: _name, ...columns } = await api.db.authorizationPolicy.findFirstOrThrow()
  const { actions, condition, ...rest } = columns
  await api.db.authorizationPolicy.createMany({
    data: Array.from({ length: 196 }, (_, i) => ({
      ...rest,
      name: `p-${i}`,
      actions: actions as string[],
      condition: condition as object
    }))
  })
  const create = () => tenant.call('POST', policiesPath(id), newPolicyBody())
  const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(create))
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409, 409])
  expectProblem(await create(), 'policies_limit_reached')
  await tenant.call('DELETE', policiesPath(id, `/${first.id}`))
  expect((await create()).status).toBe(201)
})

it('a name is taken by POST, PUT and PATCH alike, and nothing changes', async () => {
  const { id } = await tenant.newInstance()
  const [{ name }, own] = [await tenant.newPolicy(id), await tenant.newPolicy(id)]
  const path = policiesPath(id, `/${own.id}`)
  expectProblem(await tenant.call('POST', policiesPath(id), newPolicyBody({ name })), 'name_taken')
  expectProblem(await tenant.call('PUT', path, newPolicyBody({ name })), 'name_taken')
  expectProblem(await tenant.call('PATCH', path, { name }), 'name_taken')
  expect((await tenant.call('GET', path)).body).toEqual(own)
  expect((await tenant.call('GET', `/instances/${id}`)).body).toMatchObject({ revision: 3 })
  expect(await api.db.auditEvent.count({ where: { instanceId: id } })).toBe(3)
})
