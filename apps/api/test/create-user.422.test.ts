import { type Instance, MqttUserCreate } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { refusedCases, title, withCase } from './support/schema-cases.js'
import { startTestApi, type Tenant, type TestApi, usersPath } from './support/test-api.js'

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
  expect(await api.db.mqttUser.count()).toBe(0)
  expect(await api.db.auditEvent.count()).toBe(1)
  expect(await api.db.outboxEntry.count()).toBe(1)
  await cleanUpFile()
})

const create = (body: unknown) => tenant.call('POST', usersPath(instance.id), body)

it.each(refusedCases(MqttUserCreate).map((one) => [title(one), one] as const))(
  'refuses %s and names the field',
  async (_title, one) => {
    const answer = await create(withCase({ username: 'good-name' }, one))
    expect(expectProblem(answer, 'invalid')).toContain(one.errorPath)
  }
)

it.each([
  ['no username', {}, '/username'],
  ['U+0000 in a username', { username: 'a\0' }, '/username'],
  ['a line feed in a username', { username: 'a\nb' }, '/username'],
  ['DEL in a username', { username: '\x7f' }, '/username'],
  ['a control character of Latin-1 in a username', { username: '\x85' }, '/username'],
  ['half a surrogate pair in a username', { username: 'a\ud800' }, '/username'],
  ['a username that is a path', { username: '..' }, '/username'],
  ['a username that is this path', { username: '.' }, '/username'],
  ['65 characters of two code units each', { username: '\u{1f600}'.repeat(65) }, '/username'],
  ['7 characters of two code units each', { password: '\u{1f600}'.repeat(7) }, '/password'],
  ['129 characters of two code units each', { password: '\u{1f600}'.repeat(129) }, '/password'],
  ['U+0000 in a password', { password: 'password\0' }, '/password'],
  ['half a surrogate pair in a password', { password: 'password\udc00' }, '/password'],
  ['U+0000 in a remark', { remark: 'a\0' }, '/remark'],
  ['a hash', { passwordHash: 'x' }, '/passwordHash'],
  ['a revision', { revision: 1 }, '/revision']
])('refuses %s', async (_what, fields, path) => {
  const answer = await create(path === '/username' ? fields : { username: 'good-name', ...fields })
  expect(new Set(expectProblem(answer, 'invalid'))).toEqual(new Set([path]))
})

it('repeats no password in its answer', async () => {
  for (const password of ['short#1', 'pass\nword#1', `${'x'.repeat(130)}#1`]) {
    const answer = await create({ username: 'good-name', password })
    expectProblem(answer, 'invalid')
    expect(JSON.stringify(answer.body)).not.toContain('#1')
  }
})
