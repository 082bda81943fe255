import type { AuthorizationPolicy, EnhancementRule, Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import {
  type Answer,
  newPolicyBody,
  newRuleBody,
  policiesPath,
  rulesPath,
  startTestApi,
  type Tenant,
  type TestApi
} from './support/test-api.js'

let api: TestApi
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
beforeEach(async () => {
  instance = await tenant.newInstance()
})
afterAll(cleanUpFile)

type Thing = EnhancementRule | AuthorizationPolicy

const kinds = [
  { name: 'a rule', list: rulesPath, body: newRuleBody, make: () => tenant.newRule(instance.id) },
  { name: 'a policy', list: policiesPath, body: newPolicyBody, make: () => tenant.newPolicy(instance.id) }
]

describe.each(kinds)('$name', ({ list, body, make }) => {
  let thing: Thing
  let path: string
  beforeEach(async () => {
    thing = await make()
    path = list(instance.id, `/${thing.id}`)
  })

  function save(method: string, ifMatch: string | undefined, payload?: object): Promise<Answer<Thing>> {
    const headers = {
      authorization: `Bearer ${tenant.apiKey}`,
      ...(payload && { 'content-type': 'application/json' }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch })
    }
    const request = { method, url: `/api/v1${path}`, headers }
    return api.send<Thing>(payload ? { ...request, payload: JSON.stringify(payload) } : request)
  }
  const stands = async (): Promise<Thing> => (await tenant.call<Thing>('GET', path)).body
  const writes = (ifMatch: string | undefined) => [
    () => save('PUT', ifMatch, body()),
    () => save('PATCH', ifMatch, { remark: 'mine' }),
    () => save('DELETE', ifMatch)
  ]

  it('carries its revision as an entity tag in every answer that holds it', async () => {
    const created = await tenant.call<Thing>('POST', list(instance.id), body())
    expect(created.headers.etag).toBe(`"${created.body.revision}"`)
    const answers = [
      await save('GET', undefined),
      await save('PUT', undefined, body()),
      await save('PATCH', undefined, { remark: 'x' })
    ]
    for (const answer of answers) expect(answer.headers.etag).toBe(`"${answer.body.revision}"`)
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(3)
  })

  it('is changed with the tag that it has, and removed with the one that it has then', async () => {
    for (const method of ['PUT', 'PATCH']) {
      const { revision } = await stands()
      const answer = await save(method, `"${revision}"`, method === 'PUT' ? body() : { remark: 'x' })
      expect(answer.status).toBe(200)
      expect(answer.body.revision).toBeGreaterThan(revision)
    }
    expect((await save('DELETE', `"1", "${(await stands()).revision}"`)).status).toBe(204)
  })

  it('is not changed with the tag of before somebody else changed it', async () => {
    const seen = `"${thing.revision}"`
    await save('PATCH', undefined, { remark: 'theirs' })
    const before = await stands()
    for (const write of writes(seen)) expectProblem(await write(), 'changed_meanwhile')
    expect(await stands()).toEqual(before)
    expect((await tenant.call('GET', `/instances/${instance.id}`)).body).toMatchObject({
      revision: before.revision
    })
  })

  it.each(['', 'nix', '"', `'2'`, 'W/"2"', '2', '"2', '* , "2"', '"2" "2"', '"2",', '"99"'])(
    'is not changed with the malformed or wrong tag %j',
    async (tag) => {
      expect(thing.revision).toBe(2)
      for (const write of writes(tag)) expectProblem(await write(), 'changed_meanwhile')
      expect(await stands()).toEqual(thing)
    }
  )

  it('is changed whatever it is with `*`, and without If-Match', async () => {
    await save('PATCH', undefined, { remark: 'theirs' })
    expect((await save('PATCH', '*', { remark: 'mine' })).body.remark).toBe('mine')
    expect((await save('PUT', undefined, body())).status).toBe(200)
    expect((await save('DELETE', '*')).status).toBe(204)
    expectProblem(await save('DELETE', '*'), 'not_found')
  })

  it('of another tenant is not found, whatever the tag', async () => {
    const thief = await api.newTenant()
    const headers = { authorization: `Bearer ${thief.apiKey}`, 'if-match': `"${thing.revision}"` }
    expectProblem(await api.send({ method: 'DELETE', url: `/api/v1${path}`, headers }), 'not_found')
    expect(await stands()).toEqual(thing)
  })

  it('is won by exactly one of many that write at once with the same tag', async () => {
    for (let round = 0; round < 5; round++) {
      const { revision } = await stands()
      const remarks = Array.from({ length: 6 }, (_, i) => `${round}-${i}`)
      const answers = await Promise.all(remarks.map((remark) => save('PATCH', `"${revision}"`, { remark })))
      const won = answers.filter(({ status }) => status === 200)
      expect(won).toHaveLength(1)
      for (const answer of answers) if (answer.status !== 200) expectProblem(answer, 'changed_meanwhile')
      expect(await stands()).toEqual(won[0]!.body)
      expect((await stands()).revision).toBe(revision + 1)
    }
  })
})
