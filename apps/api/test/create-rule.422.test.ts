import { EnhancementRuleCreate, type Instance, type Problem } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { refusedCases, title, withCase } from './support/schema-cases.js'
import { newRuleBody, rulesPath, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

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
  expect(await api.db.enhancementRule.count()).toBe(0)
  expect(await api.db.auditEvent.count()).toBe(1)
  expect(await api.db.outboxEntry.count()).toBe(1)
  await cleanUpFile()
})

const create = (body: unknown) => tenant.call<Problem>('POST', rulesPath(instance.id), body)
const kib8 = 'x'.repeat(8_192)
const property = (key: string, value: string) => ({ userProperties: [{ key, value }] })

it.each(refusedCases(EnhancementRuleCreate).map((one) => [title(one), one] as const))(
  'refuses %s and names the field',
  async (_title, one) => {
    const body = withCase({ name: 'good-name', actions: { responseTopic: 'a' } }, one)
    expect(expectProblem(await create(body), 'invalid')).toContain(one.errorPath)
  }
)

it.each([
  ['no action', {}, '/actions'],
  ['an empty list as the only action', { userProperties: [] }, '/actions'],
  ['an unknown action', { responseTopic: 'a', nix: 1 }, '/actions/nix'],
  ['+', { responseTopic: 'a/+/b' }, '/actions/responseTopic'],
  ['#', { responseTopic: 'a/#' }, '/actions/responseTopic'],
  ['# in a default text', { responseTopic: 'a/${username:-#}' }, '/actions/responseTopic'],
  ['U+0000 in a topic', { responseTopic: 'a\0' }, '/actions/responseTopic'],
  ['a leading $', { responseTopic: '$SYS/a' }, '/actions/responseTopic'],
  ['a leading literal ${', { responseTopic: '$${a}' }, '/actions/responseTopic'],
  ['half a surrogate pair', { responseTopic: 'a\ud800' }, '/actions/responseTopic'],
  [
    '257 characters of two code units each',
    { responseTopic: '\u{1f600}'.repeat(257) },
    '/actions/responseTopic'
  ],
  [
    '8 KiB and a byte, in fewer characters',
    { correlationData: 'ü'.repeat(4_097) },
    '/actions/correlationData'
  ],
  ['U+0000 in correlation data', { correlationData: '\0' }, '/actions/correlationData'],
  ['a key and a value above 8 KiB', property('k', kib8), '/actions/userProperties/0'],
  ['a key above 8 KiB in bytes', property('€'.repeat(2_731), ''), '/actions/userProperties/0'],
  ['U+0000 in a key', property('\0', ''), '/actions/userProperties/0/key'],
  ['an unknown variable in a value', property('k', '${nix}'), '/actions/userProperties/0/value'],
  ['a variable that does not end', { correlationData: '${clientId' }, '/actions/correlationData'],
  ['a topic level that is no number', { correlationData: '${topic[x]}' }, '/actions/correlationData']
])('refuses %s', async (_what, actions, path) => {
  expect(new Set(expectProblem(await create(newRuleBody({ actions })), 'invalid'))).toEqual(new Set([path]))
})

it.each([
  ['# before the end', { topic: 'a/#/b' }, '/condition/topic'],
  ['U+0000', { username: '\0' }, '/condition/username'],
  ['half a surrogate pair', { clientId: '\udc00' }, '/condition/clientId'],
  ['an unknown field', { nix: '*' }, '/condition/nix']
])('refuses a condition with %s', async (_what, condition, path) => {
  expect(new Set(expectProblem(await create(newRuleBody({ condition })), 'invalid'))).toEqual(new Set([path]))
})

it.each(['a\0', '\ud800'])('refuses a remark that is no text: %j', async (remark) => {
  expect(expectProblem(await create(newRuleBody({ remark })), 'invalid')).toEqual(['/remark'])
})

it('suggests the variable that was probably meant', async () => {
  const answer = await create(newRuleBody({ actions: { correlationData: '${clientld}' } }))
  expect(expectProblem(answer, 'invalid')).toEqual(['/actions/correlationData'])
  expect(answer.body.errors?.[0]?.message).toMatch(/clientld.*did you mean \$\{clientId/)
})

it('names a missing name and missing actions', async () => {
  expect(expectProblem(await create({}), 'invalid').sort()).toEqual(['/actions', '/name'])
})
