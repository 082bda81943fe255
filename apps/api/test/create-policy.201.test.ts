import { type AuthorizationPolicy, type Instance, PolicyCreate } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { acceptedCases, title, withCase } from './support/schema-cases.js'
import { newPolicyBody, policiesPath, startTestApi, type Tenant } from './support/test-api.js'

const policyFields = [
  ...['id', 'name', 'effect', 'actions', 'condition', 'priority', 'status', 'remark'],
  ...['revision', 'createdAt', 'updatedAt']
]
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  tenant = await (await startTestApi()).newTenant()
  instance = await tenant.newInstance()
})
afterAll(cleanUpFile)

it('a name, an effect and an action make a policy: every field in order, every other at its default', async () => {
  const { id } = await tenant.newInstance()
  const wanted = { name: 'doors-may-speak', effect: 'allow', actions: ['publish'] }
  const { status, headers, body } = await tenant.call<AuthorizationPolicy>('POST', policiesPath(id), wanted)
  expect(status).toBe(201)
  expect(headers).toMatchObject({
    location: `/api/v1${policiesPath(id, `/${body.id}`)}`,
    'parley-relay': 'done'
  })
  expect(Object.keys(body)).toEqual(policyFields)
  expect(body).toEqual({
    ...wanted,
    id: body.id,
    condition: { clientId: '*', username: '*', address: null, topic: '*', qos: [0, 1, 2], retain: null },
    priority: 100,
    status: 'active',
    remark: '',
    revision: 2,
    createdAt: body.createdAt,
    updatedAt: body.updatedAt
  })
  expect((await tenant.call('GET', policiesPath(id, `/${body.id}`))).body).toEqual(body)
  expect((await tenant.call('GET', `/instances/${id}`)).body).toMatchObject({ revision: 2 })
})

// An address is no text of any characters.
const cases = acceptedCases(PolicyCreate).filter(({ path, value }) => {
  return path !== '/condition/address' || value === null
})
it.each(cases.map((one) => [title(one), one] as const))(
  'accepts %s, a value at a bound',
  async (_title, one) => {
    const wanted = withCase(newPolicyBody(), one)
    const policy = await tenant.newPolicy(instance.id, wanted)
    expect(policy).toMatchObject(wanted)
    await tenant.call('DELETE', policiesPath(instance.id, `/${policy.id}`))
  }
)

it.each([
  ['an address', { address: '10.1.2.3' }],
  ['a block of addresses', { address: '2001:db8::/32' }],
  ['variables in a topic', { topic: 'a/${clientId}/${username}/#' }],
  ['a topic that begins with a dollar sign', { topic: '$SYS/#' }],
  ['one QoS and retained messages only', { qos: [2], retain: true }],
  ['patterns', { clientId: 'plc-?', username: 'line*' }]
])('accepts %s', async (_what, condition) => {
  const policy = await tenant.newPolicy(instance.id, { condition })
  const { body } = await tenant.call('GET', policiesPath(instance.id, `/${policy.id}`))
  expect(body).toMatchObject({ condition })
})

it('two instances may each have a policy of one name, and a rule may have it too', async () => {
  const other = await tenant.newInstance()
  const { name } = await tenant.newPolicy(instance.id)
  expect((await tenant.newPolicy(other.id, { name })).name).toBe(name)
  expect((await tenant.newRule(instance.id, { name })).name).toBe(name)
})
