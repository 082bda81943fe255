import type { EnhancementRule, Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { type Page, rulesPath, startTestApi, type Tenant } from './support/test-api.js'

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
    await tenant.newRule(instance.id, { name, priority })
  }
})
afterAll(cleanUpFile)

const list = (query: string) => tenant.call<Page<EnhancementRule>>('GET', rulesPath(instance.id, query))

it.each([1, 2, 3, 4, 100])('pages of %d are in the order in which rules apply', async (limit) => {
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

const time = '2020-01-01T00:00:00.000Z'
it.each([
  ['a list of instances', [time, 'x']],
  ['a priority that no column holds', [2 ** 31, time, 'x']],
  ['a priority that is no integer', [1.5, time, 'x']],
  ['no time', [1, 'x', 'x']]
])('422: a cursor of %s', async (_what, position) => {
  const cursor = Buffer.from(JSON.stringify(position)).toString('base64url')
  expect(expectProblem(await list(`?cursor=${cursor}`), 'invalid')).toEqual(['/cursor'])
})
