import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { cookieName, cookieSetBy, enter, newAccount, newPerson, type Person } from './support/person.js'
import { type Answer, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

const minuteMs = 60_000
let nowMs: number
let api: TestApi
let tenant: Tenant
let person: Person

beforeAll(async () => {
  nowMs = Date.parse('2026-03-01T00:00:00.000Z')
  api = await startTestApi({ auth: { now: () => new Date(nowMs) } })
  tenant = await api.newTenant()
})
beforeEach(async () => {
  person = await newPerson(api, tenant)
})
afterAll(cleanUpFile)

const pass = (minutes: number): void => {
  nowMs += minutes * minuteMs
}
const ask = () => person.call('GET', '/session')
const askWith = (cookie: string, headers: Record<string, string> = {}): Promise<Answer> =>
  api.send({
    method: 'GET',
    url: '/api/v1/session',
    headers: { cookie: `${cookieName}=${cookie}`, ...headers }
  })

describe('a session', () => {
  it('ends after 30 minutes without a request, and its row goes', async () => {
    pass(29.9)
    expect((await ask()).status).toBe(200)
    pass(30)
    expectProblem(await ask(), 'unauthenticated')
    expect(await api.db.accountSession.count({ where: { accountId: person.accountId } })).toBe(0)
  })

  it('says until when it lasts without a request, and keeps that', async () => {
    pass(10)
    const { body } = await person.call<{ idleUntil: string }>('GET', '/session')
    expect(body.idleUntil).toBe(new Date(nowMs + 30 * minuteMs).toISOString())
    nowMs = Date.parse(body.idleUntil) - 1
    expect((await ask()).status).toBe(200)
  })

  it('ends after 12 hours, however busy it was', async () => {
    const end = Date.parse(person.session.expiresAt)
    expect(end).toBe(nowMs + 12 * 60 * minuteMs)
    while (nowMs + 20 * minuteMs < end) {
      pass(20)
      expect((await ask()).status).toBe(200)
    }
    const last = await person.call<{ idleUntil: string; expiresAt: string }>('GET', '/session')
    expect(last.body.idleUntil).toBe(last.body.expiresAt)
    nowMs = end
    expectProblem(await ask(), 'unauthenticated')
  })

  it('does not live longer because its time of use is written late', async () => {
    pass(0.4)
    expect((await ask()).status).toBe(200)
    pass(30)
    expectProblem(await ask(), 'unauthenticated')
  })
})

describe('the token of a session', () => {
  it('stays for 15 minutes, then the next request brings another one; the CSRF token stays', async () => {
    const first = person.cookie
    pass(14.9)
    expect(cookieSetBy(await ask())).toBeUndefined()
    pass(0.2)
    const answer = await ask()
    expect(cookieSetBy(answer)).toMatch(/^[\w-]{43}\.[\w-]{43}$/)
    expect(person.cookie).not.toBe(first)
    expect(answer.body).toMatchObject({ csrfToken: person.session.csrfToken })
    expect(answer.headers['set-cookie']).toMatch(/; HttpOnly/)
    expect((await person.call('POST', '/instances', { name: `rotated-${nowMs}` })).status).toBe(201)
  })

  it('stays good for a minute after the rotation, for requests under way', async () => {
    const first = person.cookie
    pass(15)
    await ask()
    pass(0.9)
    const late = await askWith(first)
    expect([late.status, cookieSetBy(late)]).toEqual([200, undefined])
  })

  it('that was stolen and comes back after that minute ends the session for everybody who has it', async () => {
    const stolen = person.cookie
    const other = await enter(api, person)
    pass(15)
    await ask()
    pass(1)
    expectProblem(await askWith(stolen), 'unauthenticated')
    expectProblem(await ask(), 'unauthenticated')
    expect((await other.call('GET', '/session')).status).toBe(200)
  })

  it('from two rotations ago is nobody, and ends nothing', async () => {
    const stolen = person.cookie
    pass(15)
    await ask()
    pass(15)
    await ask()
    expectProblem(await askWith(stolen), 'unauthenticated')
    expect((await ask()).status).toBe(200)
  })

  it('is rotated once by requests that come at once, and none of them fails', async () => {
    const first = person.cookie
    pass(15)
    const answers = await Promise.all(Array.from({ length: 10 }, () => askWith(first)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
    expect(answers.filter((answer) => cookieSetBy(answer))).toHaveLength(1)
  })

  it('is not rotated by an event stream, whose answer would lose it', async () => {
    pass(15)
    const stream = await askWith(person.cookie, { accept: 'text/event-stream' })
    expect([stream.status, cookieSetBy(stream)]).toEqual([200, undefined])
    expect(cookieSetBy(await ask())).toBeDefined()
  })

  it('is taken away by a sign-out also when it was about to be rotated', async () => {
    pass(15)
    const answer = await person.call('DELETE', '/session')
    expect([answer.status, cookieSetBy(answer)]).toEqual([204, ''])
    expect([answer.headers['set-cookie']].flat()).toHaveLength(1)
  })

  it('is the new one after a change of the password, also when the old one was about to be rotated', async () => {
    pass(15)
    const body = { currentPassword: person.password, newPassword: 'a much better password' }
    const answer = await person.call('PUT', '/session/password', body)
    expect([answer.headers['set-cookie']].flat()).toHaveLength(1)
    expect((await ask()).status).toBe(200)
  })

  it('differs between the sessions of one account', async () => {
    const other = await enter(api, person)
    expect(new Set([...other.cookie.split('.'), ...person.cookie.split('.')]).size).toBe(4)
    expect(other.session.csrfToken).not.toBe(person.session.csrfToken)
  })
})

it('a sign-in removes the rows of sessions that are over, of every account', async () => {
  pass(31)
  await enter(api, await newAccount(api, await api.newTenant()))
  await api.auth.afterwards.settled()
  expect(await api.db.accountSession.count()).toBe(1)
})
