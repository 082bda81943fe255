import { Writable } from 'node:stream'
import { cleanUpFile } from '@parley/testkit'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { secretHeaders } from '../src/log.js'
import { newPerson, signIn } from './support/person.js'
import { startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let text = ''
const destination = new Writable({
  write(chunk: Buffer, _encoding, done) {
    text += chunk.toString()
    done()
  }
})
const log = pino({ level: 'trace', redact: secretHeaders }, destination)
let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi({ log })
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

it('no line of the log, at its most talkative, carries a cookie, a CSRF token, a password or a key', async () => {
  const person = await newPerson(api, tenant)
  const wrongPassword = 'a wrong and secret password'
  await signIn(api, { ...person, password: wrongPassword })
  const newPassword = 'the new and secret password'
  const oldCookie = person.cookie
  await person.call('PUT', '/session/password', { currentPassword: person.password, newPassword })
  const { body } = await person.call<{ key: string }>('POST', '/api-keys', {
    name: 'quiet',
    scopes: ['rules:read']
  })
  await tenant.call('GET', '/instances')
  // An error of our own is logged with all that it holds.
  await api.db.$executeRaw`ALTER TABLE admin_accounts RENAME COLUMN created_at TO gone`
  expect((await signIn(api, { ...person, password: newPassword })).status).toBe(500)
  await api.auth.afterwards.settled()
  expect(text).toContain('a request failed')
  expect(text).toContain('a sign-in failed')
  const secrets = [
    ...[oldCookie, person.cookie].flatMap((cookie) => cookie.split('.')),
    person.session.csrfToken,
    person.password,
    wrongPassword,
    newPassword,
    tenant.apiKey.slice(-43),
    String(body.key).slice(-43)
  ]
  for (const secret of secrets) expect(text).not.toContain(secret)
})

it('headers that end up in the log are blacked out', () => {
  text = ''
  const secret = 'secret-of-a-header'
  const headers = { authorization: secret, cookie: secret, 'x-csrf-token': secret, accept: 'text/html' }
  log.info({ req: { headers }, res: { headers: { 'set-cookie': secret } } })
  expect(text).toContain('text/html')
  expect(text).not.toContain(secret)
})
