import type { Instance, MqttUser } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { type Page, startTestApi, type Tenant, type TestApi, usersPath } from './support/test-api.js'

let api: TestApi
let tenant: Tenant
let stranger: Tenant
const idOf: Record<string, string> = {}

const remarks: Record<string, string> = {
  'line-7': 'Hall North',
  'line-70': 'hall south',
  press_1: '100% wool',
  'press-1': '100 wool',
  PACKING: 'C:\\new'
}
const usernames = ['alice', 'Alina', 'a_b', 'aXb', '50%', '500', 'back\\slash', 'Ωmega', '*']

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
  stranger = await api.newTenant()
  for (const [name, remark] of Object.entries(remarks)) {
    idOf[name] = (await tenant.newInstance({ name, remark })).id
  }
  await stranger.newInstance({ name: 'line-7', remark: 'Hall North' })
  await tenant.call('PATCH', `/instances/${idOf.PACKING}`, { status: 'suspended' })
  for (const username of usernames) await tenant.newUser(idOf['line-7']!, { username })
})
afterAll(cleanUpFile)

const list = (query: string) => tenant.call<Page<Instance>>('GET', `/instances?${query}`)
const namesFor = async (q: string, more = ''): Promise<string[]> =>
  (await list(`q=${encodeURIComponent(q)}${more}`)).body.items.map(({ name }) => name)
const usersFor = async (q: string): Promise<string[]> => {
  const path = usersPath(idOf['line-7']!, `?limit=100&q=${encodeURIComponent(q)}`)
  return (await tenant.call<Page<MqttUser>>('GET', path)).body.items.map(({ username }) => username)
}

describe('GET /instances?q=', () => {
  it.each([
    ['line', ['line-7', 'line-70']],
    ['LINE-7', ['line-7', 'line-70']],
    ['north', ['line-7']],
    ['hall', ['line-7', 'line-70']],
    ['packing', ['PACKING']],
    ['', Object.keys(remarks)],
    ['nothing', []],
    // Each stands for itself.
    ['%', ['press_1']],
    ['_', ['press_1']],
    ['press_', ['press_1']],
    ['\\', ['PACKING']],
    ['\\n', ['PACKING']],
    ['100% w', ['press_1']],
    ["' OR 1=1 --", []],
    ['*', []]
  ])('%j finds %j', async (q, names) => expect((await namesFor(q)).sort()).toEqual([...names].sort()))

  it('finds by a part of the id, and nothing of another tenant', async () => {
    expect(await namesFor(idOf['line-70']!.slice(2).toUpperCase())).toEqual(['line-70'])
    expect(await namesFor('line-7')).toHaveLength(2)
    expect((await stranger.call<Page<Instance>>('GET', '/instances?q=press')).body.items).toEqual([])
  })

  it('goes on over pages, each instance once', async () => {
    const one = (await list('q=hall&limit=1')).body
    const two = (await list(`q=hall&limit=1&cursor=${one.nextCursor}`)).body
    expect([...one.items, ...two.items].map(({ name }) => name)).toEqual(['line-7', 'line-70'])
    expect(two.nextCursor).toBeNull()
  })

  it('does not find what has been deleted', async () => {
    const { id } = await tenant.newInstance({ name: 'short-lived' })
    expect(await namesFor('short-lived')).toEqual(['short-lived'])
    await tenant.call('DELETE', `/instances/${id}`)
    expect(await namesFor('short-lived')).toEqual([])
  })
})

describe('GET /instances?status=', () => {
  it('shows those of the status, also together with q', async () => {
    expect((await list('status=suspended')).body.items.map(({ name }) => name)).toEqual(['PACKING'])
    expect((await list('status=running')).body.items).toHaveLength(4)
    expect(await namesFor('line', '&status=running')).toEqual(['line-7', 'line-70'])
    expect(await namesFor('line', '&status=suspended')).toEqual([])
  })
})

describe('GET users?q=', () => {
  it.each([
    ['al', ['alice', 'Alina']],
    ['a_b', ['a_b']],
    ['%', ['50%']],
    ['\\', ['back\\slash']],
    // Beyond ASCII, the locale of the database says which letters are the same.
    ['ΩM', ['Ωmega']],
    ['*', ['*']],
    ['zzz', []]
  ])('%j finds %j', async (q, names) => expect((await usersFor(q)).sort()).toEqual([...names].sort()))
})

describe('422', () => {
  it.each([
    ['U+0000', 'q=%00', '/q'],
    ['129 characters', `q=${'x'.repeat(129)}`, '/q'],
    ['a text twice', 'q=a&q=b', '/q'],
    ['an unknown status', 'status=broken', '/status'],
    ['no status', 'status=', '/status']
  ])('%s', async (_what, query, path) => {
    expect(expectProblem(await list(query), 'invalid')).toContain(path)
  })

  it('the users of an instance have no status to ask for', async () => {
    const answer = await tenant.call('GET', usersPath(idOf['line-7']!, '?status=enabled'))
    expect(expectProblem(answer, 'invalid')).toEqual(['/status'])
  })
})
