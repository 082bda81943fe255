import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import {
  type ApiOperation,
  type OpenApiOperation,
  readOperations,
  routedOperations,
  scopeOf
} from './support/operations.js'
import { newPerson, type Person } from './support/person.js'
import { startTestNode, type TestNode } from './support/reply-jobs.js'
import {
  type Answer,
  policiesPath,
  rulesPath,
  startTestApi,
  type Tenant,
  type TestApi,
  uniqueName,
  usersPath
} from './support/test-api.js'

// Walks every operation that is registered, so that a new route cannot forget its tenant.

type Walked = ApiOperation & OpenApiOperation

let api: TestApi
let node: TestNode
let operations: Walked[]

beforeAll(async () => {
  api = await startTestApi()
  node = await startTestNode(api)
  operations = await readOperations(api)
})
afterAll(cleanUpFile)

/** Asks with the tenant's key, or as its person where only a person may. */
async function ask(tenant: Tenant, operation: Walked, targets: Targets): Promise<Answer> {
  const caller = scopeOf(operation) ? tenant : await newPerson(api, tenant)
  const body = bodyFor(operation, targets, caller)
  return caller.call(operation.method, askedPathOf(operation, targets), body)
}

/** An instance that holds one of everything, by the names of the path parameters. */
interface Targets {
  instanceId: string
  ruleId: string
  policyId: string
  username: string
  keyId: string
  jobId: string
}

/** A reply that was given up takes its time: for one operation, only when that is about replies. */
async function makeTargets(owner: Tenant, instanceId: string, path = '/reply-jobs'): Promise<Targets> {
  const [rule, policy] = [await owner.newRule(instanceId), await owner.newPolicy(instanceId)]
  const { username } = await owner.newUser(instanceId)
  const { keyId } = await owner.newKey(['rules:read'])
  const jobId = path.includes('/reply-jobs') ? await node.giveUp(instanceId) : ''
  return { instanceId, ruleId: rule.id, policyId: policy.id, username, keyId, jobId }
}

/** A body that the operation would take from its owner. */
function bodyFor(
  { method, path }: ApiOperation,
  { ruleId, policyId, jobId }: Targets,
  caller: Tenant | Person
): unknown {
  if (method === 'GET' || method === 'DELETE') return undefined
  const last = path.slice(path.lastIndexOf('/') + 1)
  if ('email' in caller) {
    const { email, password } = caller
    if (last === 'session') return { email, password }
    if (last === 'password') return { currentPassword: password, newPassword: 'another password' }
  }
  if (last === 'api-keys') return { name: uniqueName(), scopes: ['rules:read'] }
  if (last === 'priorities') return [{ id: path.includes('/policies/') ? policyId : ruleId, priority: 1 }]
  if (path.includes('/reply-jobs/')) return path.includes('{jobId}') ? undefined : { ids: [jobId] }
  if (last === 'dry-run') return { message: { clientId: 'c', topic: 't' } }
  if (last === 'test') return { action: 'connect', clientId: 'c' }
  if (last === 'reset-password') return {}
  if (last === 'users') return { username: uniqueName() }
  if (last === '{username}') return { remark: 'stolen' }
  const name = uniqueName()
  if (path.includes('/policies')) return { name, effect: 'allow', actions: ['publish'] }
  return path.includes('enhancement-rules') ? { name, actions: { correlationData: 'stolen' } } : { name }
}

function pathOf({ path }: ApiOperation, targets: Targets): string {
  const fill = (_all: string, name: string) => targets[name as keyof Targets]
  return path.replace('/api/v1', '').replaceAll(/\{(\w+)\}/g, fill)
}

/** With the query that the operation cannot do without. */
function askedPathOf(operation: ApiOperation, targets: Targets): string {
  const path = pathOf(operation, targets)
  return path === '/counters' ? `${path}?instanceId=${targets.instanceId}` : path
}

/** Everything that a thief could have changed. */
async function contents(owner: Tenant, id: string): Promise<unknown[]> {
  const paths = [
    `/instances/${id}`,
    rulesPath(id),
    policiesPath(id),
    usersPath(id),
    `/instances/${id}/reply-jobs`
  ]
  return Promise.all(paths.map(async (path) => (await owner.call('GET', path)).body))
}

it('the walk misses no registered route', () => {
  const walked = operations.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`)
  expect(walked.sort()).toEqual(routedOperations(api).sort())
  expect(walked.length).toBeGreaterThanOrEqual(30)
})

it('the owner itself is let through by every operation with these bodies', async () => {
  const owner = await api.newTenant()
  for (const operation of operations) {
    const targets = await makeTargets(owner, (await owner.newInstance()).id, operation.path)
    const path = askedPathOf(operation, targets)
    const { status } = await ask(owner, operation, targets)
    expect([operation.method, path, status < 300]).toEqual([operation.method, path, true])
  }
})

it('another tenant is told "not found" by every operation on an instance or a key, and nothing changes', async () => {
  const owner = await api.newTenant()
  const instance = await owner.newInstance()
  const targets = await makeTargets(owner, instance.id)
  const before = await contents(owner, instance.id)
  const { passwordHash } = await api.db.mqttUser.findFirstOrThrow({ where: { instanceId: instance.id } })
  const where = { tenantId: owner.tenantId }
  const events = await api.db.auditEvent.count({ where })

  const thief = await api.newTenant()
  const targeted = operations.filter(({ path }) => path.includes('{'))
  expect(targeted.length).toBeGreaterThanOrEqual(24)
  for (const operation of targeted) {
    const answer = await ask(thief, operation, targets)
    expectProblem(answer, 'not_found')
    expect(JSON.stringify(answer.body)).not.toContain(instance.name)
  }
  expect((await thief.call('GET', '/instances')).body).toEqual({ items: [], nextCursor: null })
  expect(await contents(owner, instance.id)).toEqual(before)
  expect(await api.db.mqttUser.findMany({ where: { instanceId: instance.id } })).toMatchObject([
    { passwordHash }
  ])
  expect(await api.db.auditEvent.count({ where })).toBe(events)
  expect(await api.db.apiKey.count({ where: { ...where, revokedAt: null } })).toBe(2)
})

it('what is in an instance is reached through it only, be the other one of the tenant or of another', async () => {
  const [owner, thief] = [await api.newTenant(), await api.newTenant()]
  const targets = await makeTargets(owner, (await owner.newInstance()).id)
  const inside = operations.filter(({ path }) => /\{(ruleId|policyId|username|jobId)\}/.test(path))
  expect(inside.length).toBeGreaterThanOrEqual(12)
  for (const tenant of [owner, thief]) {
    const { id } = await tenant.newInstance()
    for (const operation of inside) {
      const answer = await ask(tenant, operation, { ...targets, instanceId: id })
      expectProblem(answer, 'not_found')
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
