import type { AuthorizationPolicy, Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { type Page, policiesPath, startTestApi, type Tenant } from './support/test-api.js'

let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  tenant = await (await startTestApi()).newTenant()
  instance = await tenant.newInstance()
  for (const [name, priority] of [
    ['fourth', 200],
    ['first', 1],
    ['second', 1],
    ['third', 100]
  ] as const) {
    await tenant.newPolicy(instance.id, { name, priority })
  }
})
afterAll(cleanUpFile)

const list = (query: string) =>
  tenant.call<Page<AuthorizationPolicy>>('GET', policiesPath(instance.id, query))

it.each([1, 2, 3, 4, 100])('pages of %d are in the order in which policies are asked', async (limit) => {
  const names: string[] = []
  for (let query = ''; ; ) {
    const { body } = await list(`?limit=${limit}${query}`)
    names.push(...body.items.map(({ name }) => name))
    if (body.nextCursor === null) break
    query = `&cursor=${body.nextCursor}`
  }
  expect(names).toEqual(['first', 'second', 'third', 'fourth'])
})

it.each(['limit=0', 'limit=101', 'limit=abc'])('422: %s', async (query) => {
  expect(expectProblem(await list(`?${query}`), 'invalid')).toEqual(['/limit'])
})

it('422: a cursor of a list of users', async () => {
  const cursor = Buffer.from(JSON.stringify(['2020-01-01T00:00:00.000Z', 'x'])).toString('base64url')
  expect(expectProblem(await list(`?cursor=${cursor}`), 'invalid')).toEqual(['/cursor'])
})
