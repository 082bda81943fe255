import { defaultInstanceSettings, type Instance, InstanceCreate } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { acceptedCases, title, withCase } from './support/schema-cases.js'
import { startTestApi, type Tenant, type TestApi, uniqueName } from './support/test-api.js'

const instanceFields = [
  ...['id', 'name', 'remark', 'status', 'authentication', 'authorization', 'autoReply', 'limits'],
  ...['sessions', 'endpoints', 'revision', 'rollout', 'createdAt', 'updatedAt']
]
let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

it('a name alone makes an instance: every field in order, every setting at its default', async () => {
  const name = uniqueName()
  const { status, headers, body } = await tenant.call<Instance>('POST', '/instances', { name })
  expect(status).toBe(201)
  expect(headers).toMatchObject({ location: `/api/v1/instances/${body.id}`, 'parley-relay': 'done' })
  expect(Object.keys(body)).toEqual(instanceFields)
  const settings = defaultInstanceSettings()
  for (const part of ['authentication', 'authorization', 'autoReply', 'limits'] as const) {
    expect(JSON.stringify(body[part])).toBe(JSON.stringify(settings[part]))
  }
  expect(body.id).toMatch(/^mqtt-[a-z0-9]{8}$/)
  const port = Number(new URL(body.endpoints.mqtt).port)
  expect(port).toBeGreaterThanOrEqual(21_000)
  expect(body).toMatchObject({
    name,
    remark: '',
    status: 'running',
    endpoints: {
      mqtt: `mqtt://127.0.0.1:${port}`,
      ws: `ws://127.0.0.1:8083/${body.id}/mqtt`,
      http: `http://127.0.0.1:8083/${body.id}`
    },
    revision: 1,
    rollout: { nodes: 0, applied: 0 }
  })
  for (const time of [body.createdAt, body.updatedAt]) expect(new Date(time).toISOString()).toBe(time)
})

it('the defaults are those of the contract', async () => {
  const { authentication, authorization, autoReply, limits } = await tenant.newInstance()
  expect({ authentication, authorization, autoReply, limits }).toEqual({
    authentication: { anonymous: false },
    authorization: { enabled: false },
    autoReply: {
      enabled: true,
      protocolVersions: ['3.1', '3.1.1'],
      checkRights: true,
      retained: false,
      noResponder: false,
      timeoutMs: null,
      maxReplies: 1000,
      retry: { attempts: 12, firstDelayMs: 250, maxDelayMs: 120_000, maxAgeMs: 900_000 }
    },
    limits: {
      packetBytesMax: 1_048_576,
      maxInflight: 32,
      receiveMaximum: 256,
      topicAliasMaximum: 16,
      keepAliveMaxS: 0,
      sessionExpiryMaxS: 604_800,
      queuedMessagesMax: 1000,
      queuedBytesMax: 8_388_608,
      topicLevelsMax: 32,
      userPropertiesMax: 64,
      connectionsMax: 10_000,
      rulesMax: 100
    }
  })
})

it('what was answered is what GET and the list answer', async () => {
  const other = await api.newTenant()
  const created = await other.newInstance({ remark: 'x', limits: { rulesMax: 7 }, status: 'suspended' })
  expect(created).toMatchObject({ remark: 'x', status: 'suspended' })
  expect((await other.call('GET', `/instances/${created.id}`)).body).toEqual(created)
  expect((await other.call('GET', '/instances')).body).toEqual({ items: [created], nextCursor: null })
})

it.each(acceptedCases(InstanceCreate).map((one) => [title(one), one] as const))(
  'accepts %s, a value at a bound',
  async (_title, one) => {
    // The first delay must not be above the longest, so that each edge of one needs room from the other.
    const room = { firstDelayMs: 10, maxDelayMs: 3_600_000 }
    const start = { name: uniqueName(), autoReply: { retry: room } }
    const wanted = withCase(one.path === '/name' ? {} : start, one)
    const owner = one.path === '/name' ? await api.newTenant() : tenant
    expect(await owner.newInstance(wanted)).toMatchObject(wanted)
  }
)

it.each(['__proto__', 'constructor', 'toString', '---'])('an instance may be named %s', async (name) => {
  const { id } = await tenant.newInstance({ name })
  expect((await tenant.call('GET', `/instances/${id}`)).body).toMatchObject({ name })
})

it('a query does not end up in the location', async () => {
  const { headers, body } = await tenant.call<Instance>('POST', '/instances?a=b', { name: uniqueName() })
  expect(headers.location).toBe(`/api/v1/instances/${body.id}`)
})
