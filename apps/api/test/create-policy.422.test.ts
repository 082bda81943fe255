import { type Instance, PolicyCreate } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { refusedCases, title, withCase } from './support/schema-cases.js'
import { newPolicyBody, policiesPath, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
  instance = await tenant.newInstance()
})
afterAll(async () => {
  // None of all the refused requests has left a trace.
  expect((await tenant.call('GET', `/instances/${instance.id}`)).body).toEqual(instance)
  expect(await api.db.authorizationPolicy.count()).toBe(0)
  expect(await api.db.auditEvent.count()).toBe(1)
  expect(await api.db.outboxEntry.count()).toBe(1)
  await cleanUpFile()
})

const create = (body: unknown) => tenant.call('POST', policiesPath(instance.id), body)

it.each(refusedCases(PolicyCreate).map((one) => [title(one), one] as const))(
  'refuses %s and names the field',
  async (_title, one) => {
    expect(expectProblem(await create(withCase(newPolicyBody(), one)), 'invalid')).toContain(one.errorPath)
  }
)

it.each([
  ['no action', { actions: [] }, '/actions'],
  ['an unknown action', { actions: ['read'] }, '/actions/0'],
  ['an action twice', { actions: ['publish', 'publish'] }, '/actions'],
  ['an unknown effect', { effect: 'maybe' }, '/effect'],
  ['no address', { condition: { address: 'somewhere' } }, '/condition/address'],
  ['a block that is too long', { condition: { address: '10.0.0.0/33' } }, '/condition/address'],
  ['# before the end', { condition: { topic: 'a/#/b' } }, '/condition/topic'],
  ['an unknown variable', { condition: { topic: '${nix}' } }, '/condition/topic'],
  ['a variable in a client id', { condition: { clientId: '${username}' } }, '/condition/clientId'],
  ['U+0000', { condition: { username: '\0' } }, '/condition/username'],
  ['half a surrogate pair', { condition: { topic: 'a\ud800' } }, '/condition/topic'],
  ['no QoS', { condition: { qos: [] } }, '/condition/qos'],
  ['a QoS twice', { condition: { qos: [1, 1] } }, '/condition/qos'],
  ['a QoS of 3', { condition: { qos: [3] } }, '/condition/qos/0'],
  ['an unknown field of the condition', { condition: { nix: '*' } }, '/condition/nix'],
  ['a remark that is no text', { remark: 'a\0' }, '/remark']
])('refuses %s', async (_what, fields, path) => {
  expect(new Set(expectProblem(await create(newPolicyBody(fields)), 'invalid'))).toEqual(new Set([path]))
})

it('names everything that is missing', async () => {
  expect(expectProblem(await create({}), 'invalid').sort()).toEqual(['/actions', '/effect', '/name'])
})
