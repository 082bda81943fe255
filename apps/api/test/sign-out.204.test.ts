import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { cookieName, enter, newPerson, setCookieOf } from './support/person.js'
import { startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

it('a sign-out ends the session at the server and takes the cookie away; other sessions go on', async () => {
  const person = await newPerson(api, tenant)
  const other = await enter(api, person)
  const kept = person.cookie
  const answer = await person.call('DELETE', '/session')
  expect([answer.status, answer.body]).toEqual([204, ''])
  expect(setCookieOf(answer)).toMatch(
    new RegExp(`^${cookieName}=; Max-Age=0; Path=/; .*HttpOnly; SameSite=Strict`)
  )
  person.cookie = kept
  expectProblem(await person.call('GET', '/session'), 'unauthenticated')
  expect((await other.call('GET', '/session')).status).toBe(200)
  const where = { actor: `account:${person.email}`, action: 'account.sign-out' }
  expect(await api.db.auditEvent.count({ where: { ...where, tenantId: tenant.tenantId } })).toBe(1)
})

it('the API goes on for keys, which can neither read nor end a session', async () => {
  const person = await newPerson(api, tenant)
  for (const method of ['GET', 'DELETE']) {
    expectProblem(await tenant.call(method, '/session'), 'forbidden')
  }
  expect((await person.call('GET', '/session')).status).toBe(200)
})
