import { InstanceCreate } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { refusedCases, title, withCase } from './support/schema-cases.js'
import { startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
afterAll(async () => {
  // None of all the refused requests has left a trace.
  expect(await api.db.instance.count()).toBe(0)
  expect(await api.db.auditEvent.count()).toBe(0)
  expect(await api.db.outboxEntry.count()).toBe(0)
  await cleanUpFile()
})

const extraCases = [
  { path: '/nix', value: 1, errorPath: '/nix' },
  { path: '/a~1b', value: 1, errorPath: '/a~01b' },
  { path: '/constructor', value: {}, errorPath: '/constructor' },
  { path: '/id', value: 'mqtt-00000000', errorPath: '/id' },
  { path: '/revision', value: 9, errorPath: '/revision' },
  { path: '/status', value: 'deleting', errorPath: '/status' },
  { path: '/remark', value: 'a\0', errorPath: '/remark' },
  { path: '/remark', value: '\ud800', errorPath: '/remark' },
  { path: '/autoReply/protocolVersions', value: ['4.0'], errorPath: '/autoReply/protocolVersions/0' },
  { path: '/autoReply/protocolVersions', value: ['5.0', '5.0'], errorPath: '/autoReply/protocolVersions' },
  {
    path: '/autoReply/retry',
    value: { firstDelayMs: 20, maxDelayMs: 10 },
    errorPath: '/autoReply/retry/firstDelayMs'
  }
]

it.each([...refusedCases(InstanceCreate), ...extraCases].map((one) => [title(one), one] as const))(
  'refuses %s and names the field',
  async (_title, one) => {
    const body = withCase({ name: 'good-name' }, one)
    expect(expectProblem(await tenant.call('POST', '/instances', body), 'invalid')).toContain(one.errorPath)
  }
)

it('a missing name is named', async () => {
  expect(expectProblem(await tenant.call('POST', '/instances', {}), 'invalid')).toEqual(['/name'])
})

it.each([[[]], ['text'], [1], [null], [true]])('a body that is %j is not an instance', async (body) => {
  expect(expectProblem(await tenant.call('POST', '/instances', body), 'invalid')).toEqual([''])
})

it('everything that is wrong is named at once', async () => {
  const body = { name: 'x', remark: 1, limits: { nix: 1, maxInflight: 0 } }
  const paths = expectProblem(await tenant.call('POST', '/instances', body), 'invalid')
  expect(paths.sort()).toEqual(['/limits/maxInflight', '/limits/nix', '/name', '/remark'])
})
