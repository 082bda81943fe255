import { verify } from '@node-rs/argon2'
import type { AccountSession } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { cookieName, enter, newPerson, type Person, signIn } from './support/person.js'
import { startTestApi, type Tenant, type TestApi } from './support/test-api.js'

const newPassword = 'a much better password'

let api: TestApi
let tenant: Tenant
let person: Person

/** Runs once, between the check of a password and what follows from it. */
let afterCheck: (() => Promise<unknown>) | undefined

beforeAll(async () => {
  api = await startTestApi({
    auth: {
      verify: async (hash, password) => {
        const right = await verify(hash, password)
        const run = afterCheck
        afterCheck = undefined
        await run?.()
        return right
      }
    }
  })
  tenant = await api.newTenant()
})
beforeEach(async () => {
  person = await newPerson(api, tenant)
})
afterAll(cleanUpFile)

const change = (currentPassword: string, password: string) =>
  person.call<AccountSession>('PUT', '/session/password', { currentPassword, newPassword: password })
const hashOf = async ({ accountId }: Person): Promise<string> =>
  (await api.db.adminAccount.findUniqueOrThrow({ where: { id: accountId } })).passwordHash

describe('200', () => {
  it('the new password signs in, the old one does not', async () => {
    expect((await change(person.password, newPassword)).status).toBe(200)
    expectProblem(await signIn(api, person), 'wrong_credentials')
    expect((await signIn(api, { ...person, password: newPassword })).status).toBe(200)
    expect(await hashOf(person)).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it('the session goes on under a new token, and a new CSRF token; the old ones open nothing', async () => {
    const before = { ...person }
    const { body } = await change(person.password, newPassword)
    expect(person.cookie).not.toBe(before.cookie)
    expect(body.csrfToken).not.toBe(before.session.csrfToken)
    expect((await person.call('GET', '/session')).body).toEqual(body)
    const headers = { cookie: `${cookieName}=${before.cookie}` }
    expectProblem(await api.send({ method: 'GET', url: '/api/v1/session', headers }), 'unauthenticated')
    expectProblem(await person.call('POST', '/instances', { name: 'old-token' }), 'csrf_rejected')
    person.session = body
    expect((await person.call('POST', '/instances', { name: 'new-token' })).status).toBe(201)
  })

  it('every other session of the account ends, and none of another account', async () => {
    const [same, other] = [await enter(api, person), await newPerson(api, tenant)]
    await change(person.password, newPassword)
    expectProblem(await same.call('GET', '/session'), 'unauthenticated')
    expect((await other.call('GET', '/session')).status).toBe(200)
    expect(await api.db.accountSession.count({ where: { accountId: person.accountId } })).toBe(1)
  })

  it('is recorded, without a password', async () => {
    await change(person.password, newPassword)
    const where = { actor: `account:${person.email}`, action: 'account.password' }
    const events = await api.db.auditEvent.findMany({ where })
    expect(events).toMatchObject([{ tenantId: tenant.tenantId, details: { address: '127.0.0.1' } }])
    expect(JSON.stringify(events)).not.toContain(newPassword)
  })

  it('two at once: one goes through, and the other is told that its password is not the current one', async () => {
    const other = await enter(api, person)
    const body = { currentPassword: person.password, newPassword: 'the other password' }
    const answers = await Promise.all([
      change(person.password, newPassword),
      other.call('PUT', '/session/password', body)
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, expect.toBeOneOf([401, 422])])
    expect(await api.db.accountSession.count({ where: { accountId: person.accountId } })).toBe(1)
  })

  it('a sign-in with the old password that is under way opens nothing', async () => {
    afterCheck = () => change(person.password, newPassword)
    expectProblem(await signIn(api, person), 'wrong_credentials')
    expect(await api.db.accountSession.count({ where: { accountId: person.accountId } })).toBe(1)
    expect((await person.call('GET', '/session')).status).toBe(200)
  })
})

describe('422', () => {
  it('a wrong current password changes nothing', async () => {
    const before = await hashOf(person)
    const answer = await change('not the password', newPassword)
    expect(expectProblem(answer, 'invalid')).toEqual(['/currentPassword'])
    expect(await hashOf(person)).toBe(before)
    expect((await person.call('GET', '/session')).status).toBe(200)
  })

  it.each([
    ['nine characters', 'x'.repeat(9)],
    ['129 characters', 'x'.repeat(129)],
    ['a control character', `password${'\u0000'}word`],
    ['half a surrogate pair', `password${'\ud800'}word`]
  ])('a new password of %s', async (_what, password) => {
    expect(expectProblem(await change(person.password, password), 'invalid')).toEqual(['/newPassword'])
  })
})

it('a key cannot change a password', async () => {
  const body = { currentPassword: person.password, newPassword }
  expectProblem(await tenant.call('PUT', '/session/password', body), 'forbidden')
})
