import type { AuthorizationPolicy, Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { newPolicyBody, policiesPath, startTestApi, type Tenant } from './support/test-api.js'

const anything = { clientId: '*', username: '*', address: null, topic: '*', qos: [0, 1, 2], retain: null }
let tenant: Tenant
let instance: Instance
let policy: AuthorizationPolicy
let path: string

beforeAll(async () => {
  tenant = await (await startTestApi()).newTenant()
})
beforeEach(async () => {
  instance = await tenant.newInstance()
  policy = await tenant.newPolicy(instance.id, {
    effect: 'deny',
    actions: ['publish', 'subscribe'],
    condition: { clientId: 'a*', address: '10.0.0.0/8', qos: [0], retain: true },
    priority: 5,
    status: 'inactive',
    remark: 'old'
  })
  path = policiesPath(instance.id, `/${policy.id}`)
})
afterAll(cleanUpFile)

const save = (method: string, body: unknown) => tenant.call<AuthorizationPolicy>(method, path, body)

describe('PUT', () => {
  it('replaces all of a policy: what is left out takes its default', async () => {
    const wanted = { name: 'replaced', effect: 'allow', actions: ['connect'] }
    const { status, headers, body } = await save('PUT', wanted)
    expect([status, headers['parley-relay']]).toEqual([200, 'done'])
    expect(body).toEqual({
      id: policy.id,
      ...wanted,
      condition: anything,
      priority: 100,
      status: 'active',
      remark: '',
      revision: 3,
      createdAt: policy.createdAt,
      updatedAt: body.updatedAt
    })
    expect((await tenant.call('GET', path)).body).toEqual(body)
  })

  it('refuses what POST refuses, and the policy stays', async () => {
    expect(expectProblem(await save('PUT', { name: 'abc', effect: 'deny' }), 'invalid')).toEqual(['/actions'])
    const wrong = newPolicyBody({ condition: { address: 'x' } })
    expect(expectProblem(await save('PUT', wrong), 'invalid')).toEqual(['/condition/address'])
    expect((await tenant.call('GET', path)).body).toEqual(policy)
  })
})

describe('PATCH', () => {
  it('merges the condition by field, replaces lists, and changes nothing else', async () => {
    const { status, body } = await save('PATCH', {
      condition: { topic: 'cmd/#', qos: [1, 2] },
      actions: ['publish']
    })
    expect(status).toBe(200)
    expect(body).toEqual({
      ...policy,
      actions: ['publish'],
      condition: { ...policy.condition, topic: 'cmd/#', qos: [1, 2] },
      revision: 3,
      updatedAt: body.updatedAt
    })
  })

  it('null is a value of address and retain: any', async () => {
    const { body } = await save('PATCH', { condition: { address: null, retain: null } })
    expect(body.condition).toEqual({ ...policy.condition, address: null, retain: null })
  })

  it.each([
    [{ priority: 10_000 }, '/priority'],
    [{ effect: null }, '/effect'],
    [{ actions: [] }, '/actions'],
    [{ condition: { topic: null } }, '/condition/topic'],
    [{ condition: { topic: '#/a' } }, '/condition/topic'],
    [{ condition: { address: '10.0.0.300' } }, '/condition/address'],
    [{ condition: { qos: null } }, '/condition/qos'],
    [{ remark: '\0' }, '/remark'],
    [{ id: 'x' }, '/id']
  ])('refuses %j, and the policy stays', async (patch, errorPath) => {
    expect(expectProblem(await save('PATCH', patch), 'invalid')).toContain(errorPath)
    expect((await tenant.call('GET', path)).body).toEqual(policy)
    expect((await tenant.call('GET', `/instances/${instance.id}`)).body).toMatchObject({ revision: 2 })
  })
})

describe('DELETE', () => {
  it('answers 204 once, then 404 everywhere', async () => {
    const { status, body } = await save('DELETE', undefined)
    expect([status, body]).toEqual([204, ''])
    for (const method of ['GET', 'DELETE']) expectProblem(await save(method, undefined), 'not_found')
    expectProblem(await save('PATCH', { remark: 'x' }), 'not_found')
    expectProblem(await save('PUT', newPolicyBody()), 'not_found')
    expect((await tenant.call('GET', `/instances/${instance.id}`)).body).toMatchObject({ revision: 3 })
  })
})

it.each(['x', '%00', '__proto__', 'priorities', 'test'])('404: the id %s, which nobody has', async (id) => {
  expectProblem(await tenant.call('GET', policiesPath(instance.id, `/${id}`)), 'not_found')
  expectProblem(await tenant.call('DELETE', policiesPath(instance.id, `/${id}`)), 'not_found')
})
