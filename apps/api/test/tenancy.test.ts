import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { type ApiOperation, readOperations, routedOperations } from './support/operations.js'
import { rulesPath, startTestApi, type TestApi, uniqueName } from './support/test-api.js'

// Walks every operation that is registered, so that a new route cannot forget its tenant.

let api: TestApi
let operations: ApiOperation[]

beforeAll(async () => {
  api = await startTestApi()
  operations = await readOperations(api)
})
afterAll(cleanUpFile)

/** A body that the operation would take from its owner. */
function bodyFor({ method, path }: ApiOperation, ruleId: string): unknown {
  if (method === 'GET' || method === 'DELETE') return undefined
  if (path.endsWith('/priorities')) return [{ id: ruleId, priority: 1 }]
  const name = uniqueName()
  return path.includes('enhancement-rules') ? { name, actions: { correlationData: 'stolen' } } : { name }
}

function pathOf({ path }: ApiOperation, instanceId: string, ruleId: string): string {
  return path.replace('/api/v1', '').replace('{instanceId}', instanceId).replace('{ruleId}', ruleId)
}

it('the walk misses no registered route', () => {
  const walked = operations.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`)
  expect(walked.sort()).toEqual(routedOperations(api).sort())
  expect(walked.length).toBeGreaterThanOrEqual(12)
})

it('the owner itself is let through by every operation with these bodies', async () => {
  const owner = await api.newTenant()
  for (const operation of operations) {
    const { id } = await owner.newInstance()
    const rule = await owner.newRule(id)
    const path = pathOf(operation, id, rule.id)
    const { status } = await owner.call(operation.method, path, bodyFor(operation, rule.id))
    expect([operation.method, path, status < 300]).toEqual([operation.method, path, true])
  }
})

it('another tenant is told "not found" by every operation on an instance, and nothing changes', async () => {
  const owner = await api.newTenant()
  const instance = await owner.newInstance()
  const rule = await owner.newRule(instance.id)
  const before = (await owner.call('GET', `/instances/${instance.id}`)).body
  const events = await api.db.auditEvent.count()

  const thief = await api.newTenant()
  const targeted = operations.filter(({ path }) => path.includes('{instanceId}'))
  expect(targeted.length).toBeGreaterThanOrEqual(10)
  for (const operation of targeted) {
    const path = pathOf(operation, instance.id, rule.id)
    const answer = await thief.call(operation.method, path, bodyFor(operation, rule.id))
    expectProblem(answer, 'not_found')
    expect(JSON.stringify(answer.body)).not.toContain(instance.name)
  }
  expect((await thief.call('GET', '/instances')).body).toEqual({ items: [], nextCursor: null })
  expect((await owner.call('GET', `/instances/${instance.id}`)).body).toEqual(before)
  expect((await owner.call('GET', rulesPath(instance.id))).body).toMatchObject({ items: [rule] })
  expect(await api.db.auditEvent.count()).toBe(events)
})

it('a rule is reached through its own instance only, be the other one of the tenant or of another', async () => {
  const [owner, thief] = [await api.newTenant(), await api.newTenant()]
  const rule = await owner.newRule((await owner.newInstance()).id)
  for (const tenant of [owner, thief]) {
    const { id } = await tenant.newInstance()
    for (const operation of operations.filter(({ path }) => path.includes('{ruleId}'))) {
      const path = pathOf(operation, id, rule.id)
      expectProblem(await tenant.call(operation.method, path, bodyFor(operation, rule.id)), 'not_found')
    }
    expect((await tenant.call('GET', `/instances/${id}`)).body).toMatchObject({ revision: 1 })
  }
})

it("the cursor of another tenant's list shows nothing of it", async () => {
  const [owner, thief] = [await api.newTenant(), await api.newTenant()]
  for (let i = 0; i < 3; i++) await owner.newInstance()
  const { body } = await owner.call<{ nextCursor: string }>('GET', '/instances?limit=1')
  const stolen = await thief.call('GET', `/instances?cursor=${body.nextCursor}`)
  expect(stolen.body).toEqual({ items: [], nextCursor: null })
})
