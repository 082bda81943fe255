import type { Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { startTestApi, type Tenant, type TestApi, uniqueName } from './support/test-api.js'

const dayMs = 24 * 60 * 60 * 1000
/** Two ports: both are soon taken. */
const mqttPorts = { first: 40_001, last: 40_002 }
let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi({ mqttPorts })
})
beforeEach(async () => {
  await api.db.instance.deleteMany()
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

const portOf = ({ endpoints }: Instance): number => Number(new URL(endpoints.mqtt).port)
const create = () => tenant.call('POST', '/instances', { name: uniqueName() })

async function deleteSince(id: string, agoMs: number): Promise<void> {
  expect((await tenant.call('DELETE', `/instances/${id}`)).status).toBe(204)
  await api.db.instance.update({ where: { id }, data: { deletedAt: new Date(Date.now() - agoMs) } })
}

describe('name_taken', () => {
  it('a tenant cannot have two instances of one name, another tenant can', async () => {
    const { name } = await tenant.newInstance()
    expectProblem(await tenant.call('POST', '/instances', { name }), 'name_taken')
    expect((await (await api.newTenant()).newInstance({ name })).name).toBe(name)
    expect(await api.db.instance.count({ where: { tenantId: tenant.tenantId } })).toBe(1)
  })

  it('of five requests with one name at once, one wins', async () => {
    const name = uniqueName()
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => tenant.call('POST', '/instances', { name })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
  })
})

describe('endpoint_ports_exhausted', () => {
  it('is answered when every port is in use, also to requests at the same moment', async () => {
    const answers = await Promise.all([create(), create(), create(), create()])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409])
    const ports = await api.db.instance.findMany({ orderBy: { mqttPort: 'asc' } })
    expect(ports.map(({ mqttPort }) => mqttPort)).toEqual([40_001, 40_002])
    expectProblem(await create(), 'endpoint_ports_exhausted')
  })

  it('a freed port rests: not after an hour, not after 6 days', async () => {
    const [a, b] = [await tenant.newInstance(), await tenant.newInstance()]
    await deleteSince(a.id, 60 * 60 * 1000)
    await deleteSince(b.id, 6 * dayMs)
    expectProblem(await create(), 'endpoint_ports_exhausted')
  })

  it('a port freed 8 days ago is given again, the least recently freed first', async () => {
    const [a, b] = [await tenant.newInstance(), await tenant.newInstance()]
    await deleteSince(a.id, 8 * dayMs)
    await deleteSince(b.id, 9 * dayMs)
    expect(portOf(await tenant.newInstance())).toBe(portOf(b))
    expect(portOf(await tenant.newInstance())).toBe(portOf(a))
    expectProblem(await create(), 'endpoint_ports_exhausted')
  })

  it('a port that rested, was used again and freed today rests again', async () => {
    await tenant.newInstance()
    const before = await tenant.newInstance()
    await deleteSince(before.id, 8 * dayMs)
    const after = await tenant.newInstance()
    expect(portOf(after)).toBe(portOf(before))
    await deleteSince(after.id, 0)
    expectProblem(await create(), 'endpoint_ports_exhausted')
  })

  it('a port that none ever had comes before one that has rested', async () => {
    const a = await tenant.newInstance()
    await deleteSince(a.id, 8 * dayMs)
    expect(portOf(await tenant.newInstance())).toBe(40_002)
  })
})
