import { type EnhancementRule, EnhancementRuleCreate, type Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { acceptedCases, title, withCase } from './support/schema-cases.js'
import { rulesPath, startTestApi, type Tenant, uniqueName } from './support/test-api.js'

const ruleFields = [
  ...['id', 'name', 'condition', 'actions', 'override', 'priority', 'status', 'remark'],
  ...['revision', 'createdAt', 'updatedAt']
]
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  tenant = await (await startTestApi()).newTenant()
  instance = await tenant.newInstance({ limits: { rulesMax: 1_000 } })
})
afterAll(cleanUpFile)

it('a name and an action make a rule: every field in order, every other at its default', async () => {
  const { id } = await tenant.newInstance()
  const wanted = { name: 'door-replies', actions: { correlationData: 'c' } }
  const { status, headers, body } = await tenant.call<EnhancementRule>('POST', rulesPath(id), wanted)
  expect(status).toBe(201)
  expect(headers).toMatchObject({
    location: `/api/v1${rulesPath(id, `/${body.id}`)}`,
    'parley-relay': 'done'
  })
  expect(Object.keys(body)).toEqual(ruleFields)
  expect(body).toEqual({
    ...wanted,
    id: body.id,
    condition: { clientId: '*', username: '*', topic: '*' },
    override: false,
    priority: 100,
    status: 'active',
    remark: '',
    revision: 2,
    createdAt: body.createdAt,
    updatedAt: body.updatedAt
  })
  expect((await tenant.call('GET', rulesPath(id, `/${body.id}`))).body).toEqual(body)
  expect((await tenant.call('GET', `/instances/${id}`)).body).toMatchObject({ revision: 2 })
})

it.each(acceptedCases(EnhancementRuleCreate).map((one) => [title(one), one] as const))(
  'accepts %s, a value at a bound',
  async (_title, one) => {
    const wanted = withCase({ name: uniqueName(), actions: { responseTopic: 'a' } }, one)
    const rule = await tenant.newRule(instance.id, wanted)
    expect(rule).toMatchObject(wanted)
    await tenant.call('DELETE', rulesPath(instance.id, `/${rule.id}`))
  }
)

const kib8 = 'x'.repeat(8_192)
it.each([
  ['256 characters of two code units each', { responseTopic: '\u{1f600}'.repeat(256) }],
  ['a response topic with a dollar sign inside', { responseTopic: 'a/$b' }],
  ['a literal ${', { correlationData: '$${clientId}' }],
  ['every variable', { correlationData: variables() }],
  ['variables in any case', { correlationData: '${CLIENTID} ${traceid} ${Topic[12]}' }],
  ['8 KiB of bytes', { correlationData: 'ü'.repeat(4_096) }],
  ['a key and a value of 8 KiB together', { userProperties: [{ key: 'k', value: kib8.slice(1) }] }],
  ['an empty value', { userProperties: [{ key: 'k', value: '' }] }],
  ['10 user properties of one key', { userProperties: Array(10).fill({ key: 'k', value: 'v' }) }],
  ['keys such as __proto__', { userProperties: [{ key: '__proto__', value: 'constructor' }] }]
])('accepts %s', async (_what, actions) => {
  const rule = await tenant.newRule(instance.id, { actions })
  expect((await tenant.call('GET', rulesPath(instance.id, `/${rule.id}`))).body).toMatchObject({ actions })
})

function variables(): string {
  const plain = ['clientId', 'username', 'clientHost', 'topic', 'topic[0]', 'qos', 'messageId', 'traceId']
  const more = ['timestamp', 'instanceId', 'protocolVersion', 'payload.a.b', 'userProperty.k', 'payload.x:-y']
  return [...plain, ...more].map((name) => `\${${name}}`).join(' ')
}

it.each(['__proto__', 'constructor', 'hasOwnProperty'])('a rule may be named %s', async (name) => {
  const rule = await tenant.newRule(instance.id, { name })
  expect((await tenant.call('GET', rulesPath(instance.id, `/${rule.id}`))).body).toMatchObject({ name })
})

it('two instances may each have a rule of one name', async () => {
  const other = await tenant.newInstance()
  const { name } = await tenant.newRule(instance.id)
  expect((await tenant.newRule(other.id, { name })).name).toBe(name)
})
