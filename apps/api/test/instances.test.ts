import { defaultInstanceSettings, InstanceCreate } from '@parley/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { portRestMs } from '../src/instances/ports.js'
import { bodyOf, integerBounds } from './support/bounds.js'
import { type Call, startTestApi, type TestApi } from './support/test-api.js'

let api: TestApi
let call: Call
let counter = 0
const uniqueName = (): string => `instance-${++counter}`

beforeAll(async () => {
  api = await startTestApi()
  call = (await api.newTenant()).call
})
afterAll(() => api.stop())

describe('POST /instances', () => {
  it('makes an instance of a name alone: every field, in order, with its default', async () => {
    const name = uniqueName()
    const { status, headers, body } = await call('POST', '/instances', { name })
    expect(status).toBe(201)
    expect(headers.location).toBe(`/api/v1/instances/${body.id}`)
    expect(headers['parley-relay']).toBe('done')
    expect(Object.keys(body)).toEqual([
      'id',
      'name',
      'remark',
      'status',
      'authentication',
      'authorization',
      'autoReply',
      'limits',
      'endpoints',
      'revision',
      'rollout',
      'createdAt',
      'updatedAt'
    ])
    expect(body).toMatchObject({
      name,
      remark: '',
      status: 'running',
      revision: 1,
      ...defaultInstanceSettings()
    })
    expect(body.id).toMatch(/^mqtt-[a-z0-9]{8}$/)
    expect(body.rollout).toEqual({ nodes: 0, applied: 0 })
    const port = new URL(body.endpoints.mqtt).port
    expect(body.endpoints).toEqual({
      mqtt: `mqtt://127.0.0.1:${port}`,
      ws: `ws://127.0.0.1:8083/${body.id}/mqtt`,
      http: `http://127.0.0.1:8083/${body.id}`
    })
    expect(new Date(body.createdAt).toISOString()).toBe(body.createdAt)
  })

  it.each(integerBounds(InstanceCreate))(
    'answers for $path = $value: accepted is $accepted',
    async ({ path, value, accepted }) => {
      // The first delay must not be above the longest: move the other one along.
      const retry = path.endsWith('firstDelayMs')
        ? { maxDelayMs: 3_600_000 }
        : path.endsWith('maxDelayMs')
          ? { firstDelayMs: 10 }
          : {}
      const fields = bodyOf(path, value) as { autoReply?: { retry?: object } }
      if (fields.autoReply?.retry)
        Object.assign(fields.autoReply.retry, { ...retry, ...fields.autoReply.retry })
      const { status, body } = await call('POST', '/instances', { name: uniqueName(), ...fields })
      expect(status).toBe(accepted ? 201 : 422)
      if (!accepted) expect(body.errors.map((error: { path: string }) => error.path)).toContain(path)
    }
  )

  it.each([
    ['ab', '/name'],
    ['x'.repeat(65), '/name'],
    ['has space', '/name'],
    ['slash/', '/name'],
    ['', '/name'],
    [5, '/name'],
    [null, '/name']
  ])('refuses the name %j', async (name, path) => {
    const { status, body } = await call('POST', '/instances', { name })
    expect({ status, code: body.code, path: body.errors[0].path }).toEqual({
      status: 422,
      code: 'invalid',
      path
    })
  })

  it('takes the shortest and the longest name, and one of `__proto__`', async () => {
    for (const name of ['abc', 'y'.repeat(64), '__proto__', 'constructor']) {
      expect((await call('POST', '/instances', { name })).body.name).toBe(name)
    }
  })

  it.each([
    [{ remark: 'r'.repeat(129) }, '/remark'],
    [{ nix: 1 }, '/nix'],
    [{ limits: { nix: 1 } }, '/limits/nix'],
    [{ autoReply: { retry: { nix: 1 } } }, '/autoReply/retry/nix'],
    [{ autoReply: { protocolVersions: ['4.0'] } }, '/autoReply/protocolVersions/0'],
    [{ autoReply: { protocolVersions: ['5.0', '5.0'] } }, '/autoReply/protocolVersions'],
    [{ autoReply: { retry: { firstDelayMs: 20, maxDelayMs: 10 } } }, '/autoReply/retry/firstDelayMs'],
    [{ authentication: { anonymous: 'yes' } }, '/authentication/anonymous'],
    [{ status: 'deleting' }, '/status']
  ])('refuses %j and names the field', async (fields, path) => {
    const { status, body } = await call('POST', '/instances', { name: uniqueName(), ...fields })
    expect(status).toBe(422)
    expect(body.errors.map((error: { path: string }) => error.path)).toContain(path)
  })

  it('refuses a name that the tenant has, and lets another tenant have it', async () => {
    const name = uniqueName()
    await call('POST', '/instances', { name })
    const again = await call('POST', '/instances', { name })
    expect({ status: again.status, code: again.body.code }).toEqual({ status: 409, code: 'name_taken' })
    const other = await api.newTenant()
    expect((await other.call('POST', '/instances', { name })).status).toBe(201)
  })
})

describe('PATCH /instances/{id}', () => {
  it('merges at every depth and changes nothing else', async () => {
    const { body: before } = await call('POST', '/instances', { name: uniqueName(), limits: { rulesMax: 7 } })
    const patch = { remark: 'new', autoReply: { retry: { attempts: 2 } }, limits: { maxInflight: 5 } }
    const { status, body } = await call('PATCH', `/instances/${before.id}`, patch)
    expect(status).toBe(200)
    expect(body).toEqual({
      ...before,
      remark: 'new',
      autoReply: { ...before.autoReply, retry: { ...before.autoReply.retry, attempts: 2 } },
      limits: { ...before.limits, maxInflight: 5 },
      revision: before.revision + 1,
      updatedAt: body.updatedAt
    })
  })

  it('answers 409 for a taken name, 422 for a wrong field, 404 for an unknown id, and changes nothing', async () => {
    const { body: taken } = await call('POST', '/instances', { name: uniqueName() })
    const { body: own } = await call('POST', '/instances', { name: uniqueName() })
    expect((await call('PATCH', `/instances/${own.id}`, { name: taken.name })).status).toBe(409)
    expect((await call('PATCH', `/instances/${own.id}`, { limits: { maxInflight: 0 } })).status).toBe(422)
    expect((await call('PATCH', '/instances/mqtt-00000000', { remark: 'x' })).status).toBe(404)
    expect((await call('GET', `/instances/${own.id}`)).body).toEqual(own)
    expect(await api.db.auditEvent.count({ where: { instanceId: own.id } })).toBe(1)
    expect(await api.db.outboxEntry.count({ where: { instanceId: own.id } })).toBe(1)
  })
})

describe('GET /instances', () => {
  it('pages through all of the tenant, oldest first, and nothing else', async () => {
    const tenant = await api.newTenant()
    const names = ['one', 'two', 'three', 'four', 'five']
    for (const name of names) await tenant.call('POST', '/instances', { name })
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor ? `&cursor=${cursor}` : ''
      const { body } = await tenant.call('GET', `/instances?limit=2${query}`)
      expect(body.items.length).toBeLessThanOrEqual(2)
      seen.push(...body.items.map((item: { name: string }) => item.name))
      cursor = body.nextCursor
    }
    expect(seen).toEqual(names)
  })

  it.each(['limit=0', 'limit=101', 'limit=abc', 'cursor=nonsense', 'cursor=WzFd', 'nix=1'])(
    'refuses ?%s',
    async (query) => {
      expect((await call('GET', `/instances?${query}`)).status).toBe(422)
    }
  )
})

describe('DELETE /instances/{id}', () => {
  it('answers 204 once and 404 from then on; the name is free, the port rests', async () => {
    const name = uniqueName()
    const { body: first } = await call('POST', '/instances', { name })
    expect((await call('DELETE', `/instances/${first.id}`)).status).toBe(204)
    for (const method of ['GET', 'DELETE'])
      expect((await call(method, `/instances/${first.id}`)).status).toBe(404)
    const { status, body: second } = await call('POST', '/instances', { name })
    expect(status).toBe(201)
    expect(second.endpoints.mqtt).not.toBe(first.endpoints.mqtt)
  })
})

describe('endpoint ports', () => {
  it('are reused 7 days after they were freed, least recently freed first, and never earlier', async () => {
    const small = await startTestApi({ mqttPorts: { first: 40_001, last: 40_002 } })
    try {
      const tenant = await small.newTenant()
      const create = (name: string) => tenant.call('POST', '/instances', { name })
      const portOf = ({ body }: Awaited<ReturnType<Call>>): string => new URL(body.endpoints.mqtt).port
      const [a, b] = [await create('aaa'), await create('bbb')]
      expect([portOf(a), portOf(b)]).toEqual(['40001', '40002'])
      for (const { body } of [a, b]) await tenant.call('DELETE', `/instances/${body.id}`)
      const exhausted = await create('ccc')
      expect([exhausted.status, exhausted.body.code]).toEqual([409, 'endpoint_ports_exhausted'])

      const freed = (id: string, agoMs: number) =>
        small.db.instance.update({ where: { id }, data: { deletedAt: new Date(Date.now() - agoMs) } })
      await freed(a.body.id, portRestMs + 60_000)
      await freed(b.body.id, portRestMs + 120_000)
      expect(portOf(await create('ddd'))).toBe('40002')
      expect(portOf(await create('eee'))).toBe('40001')
      expect((await create('fff')).status).toBe(409)
    } finally {
      await small.stop()
    }
  })
})
