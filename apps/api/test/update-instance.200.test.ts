import { type Instance, InstancePatch } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { acceptedCases, title, withCase } from './support/schema-cases.js'
import { startTestApi, type Tenant } from './support/test-api.js'

let tenant: Tenant

beforeAll(async () => {
  tenant = await (await startTestApi()).newTenant()
})
afterAll(cleanUpFile)

it('PATCH merges at every depth and changes nothing else', async () => {
  const before = await tenant.newInstance({ limits: { rulesMax: 7 }, autoReply: { retained: true } })
  const patch = { remark: 'new', autoReply: { retry: { attempts: 2 } }, limits: { maxInflight: 5 } }
  const { status, headers, body } = await tenant.call<Instance>('PATCH', `/instances/${before.id}`, patch)
  expect([status, headers['parley-relay']]).toEqual([200, 'done'])
  expect(body).toEqual({
    ...before,
    remark: 'new',
    autoReply: { ...before.autoReply, retry: { ...before.autoReply.retry, attempts: 2 } },
    limits: { ...before.limits, maxInflight: 5 },
    revision: 2,
    updatedAt: body.updatedAt
  })
  expect((await tenant.call('GET', `/instances/${before.id}`)).body).toEqual(body)
})

it('each value at a bound is merged alone, and nothing beside it changes', async () => {
  // Room for both edges of the two delays, see create-instance.201.
  const room = { autoReply: { retry: { firstDelayMs: 10, maxDelayMs: 3_600_000 } } }
  let before = await tenant.newInstance(room)
  const cases = acceptedCases(InstancePatch)
  expect(cases.length).toBeGreaterThan(40)
  for (const one of cases) {
    const { status, body } = await tenant.call<Instance>(
      'PATCH',
      `/instances/${before.id}`,
      withCase({}, one)
    )
    expect([title(one), status]).toEqual([title(one), 200])
    const { revision, updatedAt } = body
    expect(body).toEqual({ ...withCase(before, one), revision, updatedAt })
    expect(revision).toBe(before.revision + 1)
    before = one.path.endsWith('DelayMs') ? await tenant.newInstance(room) : body
  }
})

it('a list is replaced, not merged, and may be empty', async () => {
  const { id } = await tenant.newInstance()
  for (const protocolVersions of [['5.0'], []]) {
    const answer = await tenant.call('PATCH', `/instances/${id}`, { autoReply: { protocolVersions } })
    expect(answer.body).toMatchObject({ autoReply: { protocolVersions } })
  }
})

it('its own name is no conflict', async () => {
  const { id, name } = await tenant.newInstance()
  expect((await tenant.call('PATCH', `/instances/${id}`, { name })).status).toBe(200)
})

it('20 changes at once are merged one after the other: none is lost', async () => {
  const { id } = await tenant.newInstance()
  const limits = ['maxInflight', 'receiveMaximum', 'topicAliasMaximum', 'queuedMessagesMax']
  const patches = Array.from({ length: 20 }, (_, i) => ({ limits: { [limits[i % 4]!]: 100 + (i % 4) } }))
  await Promise.all(patches.map((patch) => tenant.call('PATCH', `/instances/${id}`, patch)))
  expect((await tenant.call('GET', `/instances/${id}`)).body).toMatchObject({
    revision: 21,
    limits: { maxInflight: 100, receiveMaximum: 101, topicAliasMaximum: 102, queuedMessagesMax: 103 }
  })
})
