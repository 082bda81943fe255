import { apiKeyScopes } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { type ApiOperation, readOperations } from './support/operations.js'
import { cookieName } from './support/person.js'
import { startTestApi, type TestApi } from './support/test-api.js'

let api: TestApi
let operations: ApiOperation[]

beforeAll(async () => {
  api = await startTestApi()
  operations = (await readOperations(api)).filter(({ security }) => security.length > 0)
})
afterAll(cleanUpFile)

async function headersThatAreWrong(): Promise<Record<string, string>[]> {
  const [tenant, revoked] = [await api.newTenant(), await api.newTenant()]
  const expired = await tenant.newKey([...apiKeyScopes], { expiresAt: new Date() })
  await api.db.apiKey.update({ where: { id: revoked.keyId }, data: { revokedAt: new Date() } })
  const wrong = [
    'Bearer',
    'Bearer nonsense',
    'Bearer sk_live_4242424242424242',
    `Basic ${tenant.apiKey}`,
    tenant.apiKey,
    `Bearer ${tenant.apiKey}x`,
    `Bearer pk_${tenant.keyId}_${'A'.repeat(43)}`,
    `Bearer pk_${'a'.repeat(12)}_${tenant.apiKey.slice(-43)}`,
    `Bearer ${revoked.apiKey}`,
    `Bearer ${expired.apiKey}`
  ]
  const cookies = ['', 'nonsense', `${'a'.repeat(43)}.${'b'.repeat(43)}`, tenant.apiKey]
  return [
    {},
    ...wrong.map((authorization) => ({ authorization })),
    ...cookies.map((value) => ({ cookie: `${cookieName}=${value}` }))
  ]
}

describe('a request without a valid key', () => {
  it('is refused by every operation, in the same words for each way in which a key can be wrong', async () => {
    const answers = new Set<string>()
    for (const headers of await headersThatAreWrong()) {
      for (const { method, path } of operations) {
        const url = path.replace('{instanceId}', 'mqtt-00000000').replace(/\{\w+\}/, 'x')
        const answer = await api.send({ method, url, headers })
        expectProblem(answer, 'unauthenticated')
        answers.add(JSON.stringify(answer.body))
      }
    }
    expect(answers.size).toBe(1)
  })

  it('is refused before its body is read', async () => {
    const headers = { 'content-type': 'application/json' }
    const answer = await api.send({ method: 'POST', url: '/api/v1/instances', headers, payload: '{' })
    expectProblem(answer, 'unauthenticated')
    expect(await api.db.auditEvent.count()).toBe(0)
  })
})

it('a revoked key stops at once, another key of the tenant goes on', async () => {
  const tenant = await api.newTenant()
  const { id } = await tenant.newInstance()
  await api.db.apiKey.update({ where: { id: tenant.keyId }, data: { revokedAt: new Date() } })
  expectProblem(await tenant.call('GET', `/instances/${id}`), 'unauthenticated')
  await api.db.apiKey.update({ where: { id: tenant.keyId }, data: { revokedAt: null } })
  expect((await tenant.call('GET', `/instances/${id}`)).status).toBe(200)
})

it('the word "Bearer" is taken in any case', async () => {
  const { apiKey } = await api.newTenant()
  const headers = { authorization: `bearer ${apiKey}` }
  expect((await api.send({ method: 'GET', url: '/api/v1/instances', headers })).status).toBe(200)
})
