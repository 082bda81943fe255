import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Answer, type Call, startTestApi, type TestApi } from './support/test-api.js'

let api: TestApi
let call: Call
let instanceId: string
let counter = 0

const rule = (fields: object = {}): Record<string, unknown> => ({
  name: `rule-${++counter}`,
  actions: { responseTopic: 'replies/${clientId}' },
  ...fields
})
const rules = (suffix = ''): string => `/instances/${instanceId}/enhancement-rules${suffix}`
const paths = ({ body }: Answer): string[] => body.errors.map((error: { path: string }) => error.path)
const revision = async (): Promise<number> => (await call('GET', `/instances/${instanceId}`)).body.revision

beforeAll(async () => {
  api = await startTestApi()
  call = (await api.newTenant()).call
})
beforeEach(async () => {
  instanceId = (await call('POST', '/instances', { name: `instance-${++counter}` })).body.id
})
afterAll(() => api.stop())

describe('POST enhancement-rules', () => {
  it('makes a rule with every default, every field in order', async () => {
    const { status, headers, body } = await call('POST', rules(), {
      name: 'door-replies',
      actions: { correlationData: 'c' }
    })
    expect(status).toBe(201)
    expect(headers.location).toBe(`/api/v1${rules(`/${body.id}`)}`)
    expect(Object.keys(body)).toEqual([
      'id',
      'name',
      'condition',
      'actions',
      'override',
      'priority',
      'status',
      'remark',
      'revision',
      'createdAt',
      'updatedAt'
    ])
    expect(body).toMatchObject({
      name: 'door-replies',
      condition: { clientId: '*', username: '*', topic: '*' },
      actions: { correlationData: 'c' },
      override: false,
      priority: 100,
      status: 'active',
      remark: '',
      revision: 2
    })
  })

  const kib8 = 'x'.repeat(8_192)
  it.each([
    [{ actions: {} }, '/actions'],
    [{ actions: { userProperties: [] } }, '/actions'],
    [{ actions: { responseTopic: '' } }, '/actions/responseTopic'],
    [{ actions: { responseTopic: 'x'.repeat(257) } }, '/actions/responseTopic'],
    [{ actions: { responseTopic: 'a/+' } }, '/actions/responseTopic'],
    [{ actions: { responseTopic: 'a/#' } }, '/actions/responseTopic'],
    [{ actions: { responseTopic: '$SYS/a' } }, '/actions/responseTopic'],
    [{ actions: { responseTopic: 'a\u0000' } }, '/actions/responseTopic'],
    [{ actions: { correlationData: `${kib8}x` } }, '/actions/correlationData'],
    [{ actions: { correlationData: 'ü'.repeat(4_097) } }, '/actions/correlationData'],
    [{ actions: { messageExpiryInterval: 0 } }, '/actions/messageExpiryInterval'],
    [{ actions: { messageExpiryInterval: 4_294_967_296 } }, '/actions/messageExpiryInterval'],
    [
      { actions: { userProperties: Array.from({ length: 11 }, () => ({ key: 'k', value: 'v' })) } },
      '/actions/userProperties'
    ],
    [{ actions: { userProperties: [{ key: 'k', value: kib8 }] } }, '/actions/userProperties/0'],
    [{ priority: -1 }, '/priority'],
    [{ priority: 10_000 }, '/priority'],
    [{ status: 'on' }, '/status'],
    [{ override: 'no' }, '/override'],
    [{ remark: 'r'.repeat(129) }, '/remark'],
    [{ condition: { topic: 'a/#/b' } }, '/condition/topic'],
    [{ condition: { nix: '*' } }, '/condition/nix'],
    [{ nix: 1 }, '/nix'],
    [{ name: 'x' }, '/name']
  ])('refuses %o', async (fields, path) => {
    const answer = await call('POST', rules(), rule(fields))
    expect([answer.status, answer.body.code]).toEqual([422, 'invalid'])
    expect(paths(answer).some((found) => found.startsWith(path))).toBe(true)
    expect(await revision()).toBe(1)
  })

  it.each([
    { actions: { responseTopic: 'x'.repeat(256) } },
    { actions: { correlationData: kib8 } },
    { actions: { messageExpiryInterval: 1 } },
    { actions: { messageExpiryInterval: 4_294_967_295 } },
    { actions: { userProperties: Array.from({ length: 10 }, () => ({ key: '__proto__', value: 'v' })) } },
    { priority: 0 },
    { priority: 9_999 },
    { name: '__proto__' },
    { name: 'constructor' }
  ])('takes what is just within its bounds: %o', async (fields) => {
    expect((await call('POST', rules(), rule(fields))).status).toBe(201)
  })

  it('names an unknown variable and suggests the nearest', async () => {
    const answer = await call('POST', rules(), rule({ actions: { correlationData: '${payloud.id}' } }))
    expect(answer.body.errors).toEqual([
      {
        path: '/actions/correlationData',
        message: expect.stringMatching(/payloud.*did you mean \$\{payload/)
      }
    ])
  })

  it('answers 409 when the instance holds as many rules as it may, and for a name that it has', async () => {
    await call('PATCH', `/instances/${instanceId}`, { limits: { rulesMax: 1 } })
    const first = rule()
    await call('POST', rules(), first)
    expect((await call('POST', rules(), rule())).body.code).toBe('rules_limit_reached')
    await call('PATCH', `/instances/${instanceId}`, { limits: { rulesMax: 2 } })
    expect((await call('POST', rules(), first)).body.code).toBe('name_taken')
  })

  it('gives 20 rules made at once 20 consecutive revisions, and as many audit and outbox rows', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('POST', rules(), rule())))
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201))
    const revisions = answers.map(({ body }) => body.revision).sort((a, b) => a - b)
    expect(revisions).toEqual(Array.from({ length: 20 }, (_, i) => i + 2))
    expect(await api.db.auditEvent.count({ where: { instanceId, action: 'rule.create' } })).toBe(20)
    expect(await api.db.outboxEntry.count({ where: { instanceId } })).toBe(21)
  })
})

describe('one rule', () => {
  it('is read, replaced as a whole, merged by field, and deleted', async () => {
    const created = await call(
      'POST',
      rules(),
      rule({ remark: 'old', priority: 5, condition: { clientId: 'a*' } })
    )
    const path = rules(`/${created.body.id}`)
    expect((await call('GET', path)).body).toEqual(created.body)

    const put = await call('PUT', path, {
      name: 'replaced',
      actions: { correlationData: 'c', messageExpiryInterval: 9 }
    })
    expect(put.status).toBe(200)
    expect(put.body).toMatchObject({
      name: 'replaced',
      remark: '',
      priority: 100,
      condition: { clientId: '*' }
    })
    expect(put.body.actions).toEqual({ correlationData: 'c', messageExpiryInterval: 9 })
    expect(put.body.createdAt).toBe(created.body.createdAt)

    const patch = await call('PATCH', path, {
      status: 'inactive',
      condition: { topic: 'x/#' },
      actions: { correlationData: null }
    })
    expect(patch.body).toMatchObject({
      name: 'replaced',
      status: 'inactive',
      actions: { messageExpiryInterval: 9 }
    })
    expect(patch.body.condition).toEqual({ clientId: '*', username: '*', topic: 'x/#' })
    expect((await call('PATCH', path, { actions: { messageExpiryInterval: null } })).status).toBe(422)

    expect((await call('DELETE', path)).status).toBe(204)
    for (const method of ['GET', 'DELETE']) expect((await call(method, path)).status).toBe(404)
  })
})

describe('the list', () => {
  it('is in the order in which rules apply, and pages', async () => {
    for (const [name, priority] of [
      ['third', 200],
      ['first', 1],
      ['second', 1]
    ] as const) {
      await call('POST', rules(), rule({ name, priority }))
    }
    const one = await call('GET', rules('?limit=2'))
    const two = await call('GET', rules(`?limit=2&cursor=${one.body.nextCursor}`))
    const names = [...one.body.items, ...two.body.items].map((item: { name: string }) => item.name)
    expect(names).toEqual(['first', 'second', 'third'])
    expect(two.body.nextCursor).toBeNull()
  })
})

describe('PUT priorities', () => {
  it('changes all of them, or none', async () => {
    const [a, b] = [await call('POST', rules(), rule()), await call('POST', rules(), rule())]
    const before = await revision()
    const both = [
      { id: a.body.id, priority: 9 },
      { id: b.body.id, priority: 8 }
    ]
    const changed = await call('PUT', rules('/priorities'), both)
    expect(changed.status).toBe(200)
    expect(changed.body.items.map((item: { id: string }) => item.id)).toEqual([b.body.id, a.body.id])
    expect(await revision()).toBe(before + 1)

    const refused = await call('PUT', rules('/priorities'), [
      { id: a.body.id, priority: 1 },
      { id: 'nobody', priority: 2 }
    ])
    expect([refused.status, ...paths(refused)]).toEqual([422, '/1/id'])
    expect((await call('PUT', rules('/priorities'), [both[0], both[0]])).status).toBe(422)
    expect((await call('GET', rules(`/${a.body.id}`))).body.priority).toBe(9)
    expect(await revision()).toBe(before + 1)
  })
})
