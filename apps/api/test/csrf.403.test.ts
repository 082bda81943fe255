import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { readOperations } from './support/operations.js'
import { cookieName, newAccount, newPerson, type Person, setCookieOf, signIn } from './support/person.js'
import { startTestApi, type Tenant, type TestApi, uniqueName } from './support/test-api.js'

let api: TestApi
let tenant: Tenant
let person: Person

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
  person = await newPerson(api, tenant)
})
afterAll(cleanUpFile)

const foreignOrigins = [
  'https://evil.example',
  'http://localhost.evil.example',
  'http://localhost:81',
  'https://localhost:444',
  'http://evil.example/localhost',
  'http://localhost@evil.example',
  'null',
  '',
  'localhost',
  'file://localhost',
  'http://'
]
const ownOrigins = ['http://localhost', 'https://localhost', 'http://localhost:80', 'https://localhost:443']

/** What the browser of the person sends along by itself. */
const cookie = () => `${cookieName}=${person.cookie}`
const create = (headers: Record<string, string>) =>
  api.send({
    method: 'POST',
    url: '/api/v1/instances',
    headers: { cookie: cookie(), 'content-type': 'application/json', host: 'localhost', ...headers },
    payload: JSON.stringify({ name: uniqueName() })
  })
const token = () => ({ 'x-csrf-token': person.session.csrfToken })

describe('a request with the cookie alone', () => {
  it('changes nothing by any operation, whatever the method', async () => {
    const operations = (await readOperations(api)).filter(
      ({ method, security }) => method !== 'GET' && security.length > 0
    )
    expect(operations.length).toBeGreaterThanOrEqual(17)
    const events = await api.db.auditEvent.count()
    for (const { method, path } of operations) {
      const url = path.replaceAll(/\{\w+\}/g, 'x')
      const headers = { cookie: cookie(), 'content-type': 'application/json' }
      expectProblem(await api.send({ method, url, headers, payload: '{}' }), 'csrf_rejected')
    }
    expect(await api.db.auditEvent.count()).toBe(events)
    expect((await person.call('GET', '/session')).status).toBe(200)
  })

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'])(
    'as a form would send it, %s, is refused',
    async (type) => {
      expectProblem(await create({ 'content-type': type }), 'csrf_rejected')
    }
  )

  it('reads: no foreign page sees the answer', async () => {
    const headers = { cookie: cookie(), origin: 'https://evil.example' }
    const answer = await api.send({ method: 'GET', url: '/api/v1/session', headers })
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    const preflight = { ...headers, 'access-control-request-method': 'POST' }
    const options = await api.send({ method: 'OPTIONS', url: '/api/v1/instances', headers: preflight })
    expect(options.status).toBe(404)
  })
})

describe('a request with the cookie and a token', () => {
  it('of another session is refused, be it of the same account, of another tenant, or none', async () => {
    const others = [await newPerson(api, tenant), await newPerson(api, await api.newTenant())]
    const tokens = others.map(({ session }) => session.csrfToken)
    for (const wrong of [...tokens, '', 'x', `${person.session.csrfToken}x`, person.cookie]) {
      expectProblem(await create({ 'x-csrf-token': wrong }), 'csrf_rejected')
    }
  })

  it.each(foreignOrigins)('from the origin %j is refused', async (origin) => {
    expectProblem(await create({ ...token(), origin }), 'csrf_rejected')
  })

  it.each(ownOrigins)('from the own origin %j is taken', async (origin) =>
    expect((await create({ ...token(), origin })).status).toBe(201)
  )

  it('from the own origin on a port of its own is taken, from the same host on another is not', async () => {
    const host = '127.0.0.1:8080'
    const own = await create({ ...token(), host, origin: 'http://127.0.0.1:8080' })
    expect(own.status).toBe(201)
    const other = await create({ ...token(), host, origin: 'http://127.0.0.1:3000' })
    expectProblem(other, 'csrf_rejected')
  })

  it('without an Origin, as other programs than browsers send it, is taken', async () => {
    expect((await create(token())).status).toBe(201)
  })
})

describe('a sign-in that a foreign page makes', () => {
  it.each(foreignOrigins)('from %j is refused before the password is looked at', async (origin) => {
    const account = await newAccount(api, tenant)
    const answer = await signIn(api, account, { headers: { origin, host: 'localhost' } })
    expectProblem(answer, 'csrf_rejected')
    expect(setCookieOf(answer)).toBe('')
  })

  it.each(['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'])(
    'as a form, %s, is refused',
    async (type) => {
      const account = await newAccount(api, tenant)
      const answer = await signIn(api, account, { headers: { 'content-type': type } })
      expectProblem(answer, 'unsupported_media_type')
      expect(setCookieOf(answer)).toBe('')
    }
  )

  it('is nothing special from the own origin', async () => {
    const account = await newAccount(api, tenant)
    const headers = { origin: 'http://localhost', host: 'localhost' }
    expect((await signIn(api, account, { headers })).status).toBe(200)
  })
})

it('a request with an API key needs no token: no browser sends a key by itself', async () => {
  const headers = { authorization: `Bearer ${tenant.apiKey}`, origin: 'https://evil.example' }
  expect((await create(headers)).status).toBe(201)
})
