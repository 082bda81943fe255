import type { EnhancementRule, Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { newRuleBody, rulesPath, startTestApi, type Tenant } from './support/test-api.js'

let tenant: Tenant
let instance: Instance
let rule: EnhancementRule
let path: string

beforeAll(async () => {
  tenant = await (await startTestApi()).newTenant()
})
beforeEach(async () => {
  instance = await tenant.newInstance()
  rule = await tenant.newRule(instance.id, {
    condition: { clientId: 'a*', topic: 'cmd/#' },
    actions: { responseTopic: 'r', correlationData: 'c', messageExpiryInterval: 60 },
    override: true,
    priority: 5,
    status: 'inactive',
    remark: 'old'
  })
  path = rulesPath(instance.id, `/${rule.id}`)
})
afterAll(cleanUpFile)

const save = (method: string, body: unknown) => tenant.call<EnhancementRule>(method, path, body)

describe('PUT', () => {
  it('replaces all of a rule: what is left out takes its default', async () => {
    const wanted = { name: 'replaced', actions: { correlationData: 'new' } }
    const { status, body } = await save('PUT', wanted)
    expect(status).toBe(200)
    expect(body).toEqual({
      id: rule.id,
      ...wanted,
      condition: { clientId: '*', username: '*', topic: '*' },
      override: false,
      priority: 100,
      status: 'active',
      remark: '',
      revision: 3,
      createdAt: rule.createdAt,
      updatedAt: body.updatedAt
    })
    expect((await tenant.call('GET', path)).body).toEqual(body)
  })

  it('refuses what POST refuses, and the rule stays', async () => {
    expect(expectProblem(await save('PUT', { name: 'no-actions' }), 'invalid')).toEqual(['/actions'])
    const wild = newRuleBody({ actions: { responseTopic: '#' } })
    expect(expectProblem(await save('PUT', wild), 'invalid')).toEqual(['/actions/responseTopic'])
    expect((await tenant.call('GET', path)).body).toEqual(rule)
  })
})

describe('PATCH', () => {
  it('merges condition and actions by field and changes nothing else', async () => {
    const patch = { condition: { username: 'u?' }, actions: { messageExpiryInterval: 9 } }
    const { status, body } = await save('PATCH', patch)
    expect(status).toBe(200)
    expect(body).toEqual({
      ...rule,
      condition: { clientId: 'a*', username: 'u?', topic: 'cmd/#' },
      actions: { responseTopic: 'r', correlationData: 'c', messageExpiryInterval: 9 },
      revision: 3,
      updatedAt: body.updatedAt
    })
  })

  it('removes an action by null, but never the last one', async () => {
    const two = await save('PATCH', { actions: { correlationData: null, responseTopic: null } })
    expect(two.body.actions).toEqual({ messageExpiryInterval: 60 })
    const none = await save('PATCH', { actions: { messageExpiryInterval: null } })
    expect(expectProblem(none, 'invalid')).toEqual(['/actions'])
    const other = await save('PATCH', { actions: { messageExpiryInterval: null, correlationData: 'x' } })
    expect(other.body.actions).toEqual({ correlationData: 'x' })
  })

  it.each([
    [{ priority: 10_000 }, '/priority'],
    [{ actions: { responseTopic: '' } }, '/actions/responseTopic'],
    [{ actions: { responseTopic: '$a' } }, '/actions/responseTopic'],
    [{ actions: { nix: null } }, '/actions/nix'],
    [{ condition: { topic: null } }, '/condition/topic'],
    [{ condition: { topic: '#/a' } }, '/condition/topic'],
    [{ remark: '\0' }, '/remark'],
    [{ id: 'x' }, '/id']
  ])('refuses %j, and the rule stays', async (patch, errorPath) => {
    expect(expectProblem(await save('PATCH', patch), 'invalid')).toContain(errorPath)
    expect((await tenant.call('GET', path)).body).toEqual(rule)
    expect((await tenant.call('GET', `/instances/${instance.id}`)).body).toMatchObject({ revision: 2 })
  })
})

describe('DELETE', () => {
  it('answers 204 once, then 404 everywhere', async () => {
    const { status, body } = await save('DELETE', undefined)
    expect([status, body]).toEqual([204, ''])
    for (const method of ['GET', 'DELETE']) expectProblem(await save(method, undefined), 'not_found')
    expectProblem(await save('PATCH', { remark: 'x' }), 'not_found')
    expectProblem(await save('PUT', newRuleBody()), 'not_found')
    expect((await tenant.call('GET', `/instances/${instance.id}`)).body).toMatchObject({ revision: 3 })
  })
})
