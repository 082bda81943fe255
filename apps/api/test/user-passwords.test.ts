import { readUser } from '@parley/config-feed'
import type { Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { startTestApi, type Tenant, type TestApi, userPath, usersPath } from './support/test-api.js'

const chosen = 'chosen-password-#1'
const later = 'chosen-password-#2'
let log = ''
let api: TestApi
let tenant: Tenant
let instance: Instance
/** Every password that there was, and every hash. */
const secrets: string[] = [chosen, later]
let hashes: string[]

beforeAll(async () => {
  const write = (line: string): void => {
    log += line
  }
  api = await startTestApi({ log: pino({ level: 'trace' }, { write }) })
  tenant = await api.newTenant()
  instance = await tenant.newInstance()
  secrets.push((await tenant.newUser(instance.id, { username: 'generated' })).password!)
  await tenant.newUser(instance.id, { username: 'chosen', password: chosen })
  hashes = await readHashes()
  const reset = (username: string, body: object) =>
    tenant.call<{ password: string }>('POST', userPath(instance.id, username, '/reset-password'), body)
  secrets.push((await reset('generated', {})).body.password)
  await reset('chosen', { password: later })
  hashes.push(...(await readHashes()))
  expectProblem(await reset('nobody', { password: chosen }), 'not_found')
  const taken = { username: 'chosen', password: chosen }
  expectProblem(await tenant.call('POST', usersPath(instance.id), taken), 'name_taken')
  const invalid = { username: 'other', password: chosen, remark: '\0' }
  expectProblem(await tenant.call('POST', usersPath(instance.id), invalid), 'invalid')
})
afterAll(cleanUpFile)

async function readHashes(): Promise<string[]> {
  return (await api.db.mqttUser.findMany()).map(({ passwordHash }) => passwordHash)
}

function expectNoSecret(where: unknown): void {
  const text = JSON.stringify(where, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
  for (const secret of [...secrets, ...hashes]) expect(text).not.toContain(secret)
}

it('there were four passwords and four hashes', () => {
  expect([new Set(secrets).size, new Set(hashes).size]).toEqual([4, 4])
})

it('no answer holds a password or a hash once it is made', async () => {
  for (const username of ['generated', 'chosen']) {
    const answers = [
      await tenant.call('GET', userPath(instance.id, username)),
      await tenant.call('PATCH', userPath(instance.id, username), { remark: 'x' })
    ]
    for (const { status, body } of answers) {
      expect([status, Object.keys(body as object)]).toEqual([200, expect.not.arrayContaining(['password'])])
      expectNoSecret(body)
    }
  }
  expectNoSecret((await tenant.call('GET', usersPath(instance.id))).body)
})

it('no audit row, no outbox row and no snapshot holds one', async () => {
  const events = await api.db.auditEvent.findMany({ where: { instanceId: instance.id } })
  expect(events.map(({ action }) => action)).toContain('user.password')
  expectNoSecret(events)
  expectNoSecret(await api.db.outboxEntry.findMany())
  expectNoSecret(await api.redisClient.hgetall(`{${instance.id}}:config`))
})

it('Postgres and Redis hold only the hashes', async () => {
  const rows = JSON.stringify(await api.db.mqttUser.findMany())
  const stored = JSON.stringify(await readUser(api.redisClient, instance.id, 'chosen'))
  for (const secret of secrets) {
    expect(rows).not.toContain(secret)
    expect(stored).not.toContain(secret)
  }
  expect(hashes.some((hash) => stored.includes(hash))).toBe(true)
})

it('no line of the log holds one, at the finest level', () => {
  expect(log).toContain('reset-password')
  expectNoSecret(log)
})
