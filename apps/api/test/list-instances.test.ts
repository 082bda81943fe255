import type { Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { type Page, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant
const made: Instance[] = []

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
  for (let i = 0; i < 21; i++) made.push(await tenant.newInstance())
})
afterAll(cleanUpFile)

const list = (query: string) => tenant.call<Page<Instance>>('GET', `/instances${query}`)
const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('200', () => {
  it('20 a page unless asked otherwise, oldest first', async () => {
    const { body } = await list('')
    expect(Object.keys(body)).toEqual(['items', 'nextCursor'])
    expect(body.items).toEqual(made.slice(0, 20))
    expect((await list(`?cursor=${body.nextCursor}`)).body).toEqual({ items: [made[20]], nextCursor: null })
  })

  it.each([1, 7, 20, 21, 100])('pages of %d show every instance once', async (limit) => {
    const seen: string[] = []
    for (let query = ''; ; ) {
      const { body } = await list(`?limit=${limit}${query}`)
      seen.push(...body.items.map(({ id }) => id))
      if (body.nextCursor === null) break
      expect(body.items).toHaveLength(limit)
      query = `&cursor=${body.nextCursor}`
    }
    expect(seen).toEqual(made.map(({ id }) => id))
  })

  it('instances of one millisecond are neither skipped nor repeated', async () => {
    const other = await api.newTenant()
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.push((await other.newInstance()).id)
    await api.db.instance.updateMany({
      where: { tenantId: other.tenantId },
      data: { createdAt: new Date(0) }
    })
    const one = await other.call<Page<Instance>>('GET', '/instances?limit=2')
    const two = await other.call<Page<Instance>>('GET', `/instances?limit=3&cursor=${one.body.nextCursor}`)
    expect([...one.body.items, ...two.body.items].map(({ id }) => id)).toEqual(ids.sort())
  })

  it('an instance deleted or made between two pages disturbs nothing', async () => {
    const other = await api.newTenant()
    const [a, b, c] = [await other.newInstance(), await other.newInstance(), await other.newInstance()]
    const one = await other.call<Page<Instance>>('GET', '/instances?limit=2')
    await other.call('DELETE', `/instances/${b.id}`)
    const d = await other.newInstance()
    const two = await other.call<Page<Instance>>('GET', `/instances?cursor=${one.body.nextCursor}`)
    expect(one.body.items.map(({ id }) => id)).toEqual([a.id, b.id])
    expect(two.body.items.map(({ id }) => id)).toEqual([c.id, d.id])
  })

  it('a tenant without instances has an empty page', async () => {
    const other = await api.newTenant()
    expect((await other.call('GET', '/instances')).body).toEqual({ items: [], nextCursor: null })
  })
})

describe('422', () => {
  it.each(['0', '101', 'abc', '-1', '1.5', '', '1e1', '99999999'])('limit=%s', async (limit) => {
    expect(expectProblem(await list(`?limit=${limit}`), 'invalid')).toEqual(['/limit'])
  })

  it.each([
    ['no base64', 'nonsense'],
    ['no list', cursorOf({ a: 1 })],
    ['too short', cursorOf(['2020-01-01T00:00:00.000Z'])],
    ['no time', cursorOf(['yesterday', 'x'])],
    ['a year alone', cursorOf(['2020', 'x'])],
    ['a number as a time', cursorOf([1, 'x'])],
    ['a year that Postgres does not know', cursorOf(['+275760-09-13T00:00:00.000Z', 'x'])],
    ['the year 0', cursorOf(['0000-01-01T00:00:00.000Z', 'x'])],
    ['U+0000', cursorOf(['2020-01-01T00:00:00.000Z', '\0'])],
    ['that of a list of rules', cursorOf([1, '2020-01-01T00:00:00.000Z', 'x'])],
    ['513 characters', 'x'.repeat(513)]
  ])('a cursor that is %s', async (_what, cursor) => {
    expect(expectProblem(await list(`?cursor=${cursor}`), 'invalid')).toEqual(['/cursor'])
  })

  it('an unknown parameter, and one given twice', async () => {
    expect(expectProblem(await list('?nix=1'), 'invalid')).toEqual(['/nix'])
    expect(expectProblem(await list('?limit=1&limit=2'), 'invalid')).toEqual(['/limit'])
  })
})
