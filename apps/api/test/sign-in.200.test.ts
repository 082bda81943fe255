import { createHash } from 'node:crypto'
import type { AccountSession } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  cookieName,
  cookieSetBy,
  enter,
  newAccount,
  newPerson,
  setCookieOf,
  signIn
} from './support/person.js'
import { startTestApi, type Tenant, type TestApi } from './support/test-api.js'

const now = new Date('2026-03-01T12:00:00.000Z')
let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi({ auth: { now: () => now } })
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

describe('a sign-in', () => {
  it('answers who it is and until when, and lets the person do what the tenant may', async () => {
    const person = await newPerson(api, tenant)
    const { name } = await api.db.tenant.findUniqueOrThrow({ where: { id: tenant.tenantId } })
    const expected: AccountSession = {
      email: person.email,
      tenant: { name },
      csrfToken: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      idleUntil: '2026-03-01T12:30:00.000Z',
      expiresAt: '2026-03-02T00:00:00.000Z'
    }
    expect(person.session).toEqual(expected)
    expect(await person.call('GET', '/session')).toMatchObject({ status: 200, body: person.session })
    expect((await person.call('POST', '/instances', { name: 'made-by-hand' })).status).toBe(201)
    const event = await api.db.auditEvent.findFirst({ where: { action: 'instance.create' } })
    expect(event?.actor).toBe(`account:${person.email}`)
  })

  it('sets a cookie that no script reads and no other site sends, for the whole host, as long as the browser runs', async () => {
    const account = await newAccount(api, tenant)
    const plain = setCookieOf(await signIn(api, account))
    const [value, ...flags] = plain.split('; ')
    expect(value).toMatch(new RegExp(`^${cookieName}=[A-Za-z0-9_-]{43}\\.[A-Za-z0-9_-]{43}$`))
    expect(flags.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict'])
    const secure = setCookieOf(await signIn(api, account, { headers: { 'x-forwarded-proto': 'https' } }))
    expect(secure.split('; ').slice(1).sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict', 'Secure'])
  })

  it('takes the email in any case', async () => {
    const account = await newAccount(api, tenant)
    const answer = await signIn(api, { ...account, email: account.email.toUpperCase() })
    expect([answer.status, answer.body.email]).toEqual([200, account.email])
  })

  it('takes no token that was there before: a planted one stays worthless, one that was good ends', async () => {
    const planted = `${'a'.repeat(43)}.${'b'.repeat(43)}`
    const account = await newAccount(api, tenant)
    const first = await signIn(api, account, { headers: { cookie: `${cookieName}=${planted}` } })
    const cookie = cookieSetBy(first)!
    expect(cookie).not.toContain('aaaa')
    const second = await signIn(api, account, { headers: { cookie: `${cookieName}=${cookie}` } })
    expect(cookieSetBy(second)).not.toBe(cookie)
    expect(second.body.csrfToken).not.toBe(first.body.csrfToken)
    for (const [value, status] of [
      [planted, 401],
      [cookie, 401],
      [cookieSetBy(second)!, 200]
    ]) {
      const headers = { cookie: `${cookieName}=${value}` }
      expect((await api.send({ method: 'GET', url: '/api/v1/session', headers })).status).toBe(status)
    }
  })

  it('keeps nothing that opens a session: the database holds hashes alone', async () => {
    const person = await newPerson(api, tenant)
    const [seed, token] = person.cookie.split('.')
    const rows = await api.db.accountSession.findMany({ where: { accountId: person.accountId } })
    expect(rows).toMatchObject([{ tokenHash: createHash('sha256').update(person.cookie).digest('hex') }])
    const everything = JSON.stringify([rows, await api.db.auditEvent.findMany()])
    for (const secret of [seed!, token!, person.session.csrfToken, person.password]) {
      expect(everything).not.toContain(secret)
    }
    const headers = { cookie: `${cookieName}=${rows[0]!.tokenHash}` }
    expect((await api.send({ method: 'GET', url: '/api/v1/session', headers })).status).toBe(401)
  })

  it('is recorded with the address that it came from', async () => {
    const account = await newAccount(api, tenant)
    await signIn(api, account, { remoteAddress: '192.0.2.7' })
    const actor = `account:${account.email}`
    expect(await api.db.auditEvent.findMany({ where: { actor } })).toMatchObject([
      { tenantId: tenant.tenantId, action: 'account.sign-in', details: { address: '192.0.2.7' } }
    ])
  })

  it('ends the oldest session of an account that holds a hundred', async () => {
    const [oldest, other] = [await newPerson(api, tenant), await newPerson(api, tenant)]
    const { accountId } = oldest
    const {
      tokenHash: _own,
      id: _id,
      ...row
    } = await api.db.accountSession.findFirstOrThrow({
      where: { accountId }
    })
    const later = new Date(now.getTime() + 1)
    await api.db.accountSession.createMany({
      data: Array.from({ length: 99 }, (_, i) => ({
        ...row,
        createdAt: later,
        tokenHash: `${accountId}-${i}`
      }))
    })
    await enter(api, oldest)
    expect(await api.db.accountSession.count({ where: { accountId } })).toBe(100)
    expect((await oldest.call('GET', '/session')).status).toBe(401)
    expect((await other.call('GET', '/session')).status).toBe(200)
  })
})
