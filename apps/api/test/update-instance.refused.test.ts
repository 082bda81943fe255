import { type Instance, InstancePatch } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { refusedCases, title, withCase } from './support/schema-cases.js'
import { startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
  instance = await tenant.newInstance()
})
afterAll(cleanUpFile)

const patch = (body: unknown, id = instance.id) => tenant.call('PATCH', `/instances/${id}`, body)

/** The instance is as it was made, and nothing was written beside it. */
async function expectUntouched(): Promise<void> {
  expect((await tenant.call('GET', `/instances/${instance.id}`)).body).toEqual(instance)
  expect(await api.db.auditEvent.count({ where: { instanceId: instance.id } })).toBe(1)
  expect(await api.db.outboxEntry.count({ where: { instanceId: instance.id } })).toBe(1)
}

it.each(refusedCases(InstancePatch).map((one) => [title(one), one] as const))(
  '422: %s',
  async (_title, one) => {
    expect(expectProblem(await patch(withCase({}, one)), 'invalid')).toContain(one.errorPath)
  }
)

it.each([
  [{ nix: 1 }, '/nix'],
  [{ endpoints: {} }, '/endpoints'],
  [{ status: 'deleting' }, '/status'],
  [{ remark: 'a\0' }, '/remark'],
  [{ remark: '\udc00' }, '/remark'],
  [{ autoReply: { retry: { firstDelayMs: 120_001 } } }, '/autoReply/retry/firstDelayMs'],
  [{ autoReply: { retry: { maxDelayMs: 249 } } }, '/autoReply/retry/firstDelayMs']
])('422: %j, which does not fit what stands', async (body, path) => {
  expect(new Set(expectProblem(await patch(body), 'invalid'))).toEqual(new Set([path]))
})

it('409: the name of another instance', async () => {
  const { name } = await tenant.newInstance()
  expectProblem(await patch({ name }), 'name_taken')
})

it('404: an id that nobody has', async () => {
  for (const id of ['mqtt-00000000', 'x', '__proto__', '%00']) {
    expectProblem(await patch({ remark: 'x' }, id), 'not_found')
  }
})

it('after all of these nothing has changed', () => expectUntouched())
