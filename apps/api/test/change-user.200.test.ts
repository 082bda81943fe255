import { createHash } from 'node:crypto'
import { verify } from '@node-rs/argon2'
import {
  type Instance,
  type MqttUser,
  MqttUserPatch,
  type MqttUserWithPassword,
  PasswordReset
} from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { acceptedCases, refusedCases, title, withCase } from './support/schema-cases.js'
import { startTestApi, type Tenant, type TestApi, userPath } from './support/test-api.js'

/** What it is, the body, and the place that the refusal names. */
type Refused = readonly [string, object, string]

const first = 'first-password'
let api: TestApi
let tenant: Tenant
let instance: Instance
let user: MqttUserWithPassword
let path: string

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
beforeEach(async () => {
  instance = await tenant.newInstance()
  user = await tenant.newUser(instance.id, { username: 'a/b', password: first, remark: 'old' })
  path = userPath(instance.id, user.username)
})
afterAll(cleanUpFile)

const patch = (body: unknown) => tenant.call<MqttUser>('PATCH', path, body)
const reset = (body?: unknown) => tenant.call<MqttUserWithPassword>('POST', `${path}/reset-password`, body)
const get = async () => (await tenant.call<MqttUser>('GET', path)).body
const hash = async () =>
  (await api.db.mqttUser.findFirstOrThrow({ where: { instanceId: instance.id } })).passwordHash
const revision = async () => (await tenant.call<Instance>('GET', `/instances/${instance.id}`)).body.revision

describe('PATCH', () => {
  it('changes what it names and nothing else, least of all the password', async () => {
    const before = await hash()
    const { status, headers, body } = await patch({ status: 'disabled' })
    expect([status, headers['parley-relay']]).toEqual([200, 'done'])
    expect(body).toEqual({ ...user, status: 'disabled', updatedAt: body.updatedAt })
    expect((await patch({ remark: '' })).body).toMatchObject({ status: 'disabled', remark: '' })
    expect(await get()).toMatchObject({ status: 'disabled', remark: '' })
    expect(await hash()).toBe(before)
    expect(await revision()).toBe(4)
  })

  it.each(acceptedCases(MqttUserPatch).map((one) => [title(one), one] as const))(
    'accepts %s, a value at a bound',
    async (_title, one) => {
      expect((await patch(withCase({}, one))).body).toMatchObject(withCase({}, one))
    }
  )

  const refused: Refused[] = [
    ...refusedCases(MqttUserPatch).map((one) => [title(one), withCase({}, one), one.errorPath] as const),
    ['a remark with U+0000', { remark: '\0' }, '/remark'],
    ['another username', { username: 'b' }, '/username'],
    ['a password', { password: 'another-password' }, '/password']
  ]
  it.each(refused)('422: %s, and the user stays', async (_title, body, errorPath) => {
    expect(expectProblem(await patch(body), 'invalid')).toContain(errorPath)
    expect(await get()).toEqual(user)
    expect(await revision()).toBe(2)
  })
})

describe('reset-password', () => {
  it.each([
    ['an empty object', {}],
    ['no body', undefined]
  ])('with %s makes a password and shows it this once', async (_what, body) => {
    const answer = await reset(body)
    const { password, ...rest } = answer.body
    expect([answer.status, answer.headers['parley-relay']]).toEqual([200, 'done'])
    expect(rest).toEqual({ ...user, updatedAt: rest.updatedAt })
    const [form, salt, digest] = (await hash()).split('$')
    const expected = createHash('sha256').update(Buffer.from(salt!, 'hex')).update(password!).digest('hex')
    expect([form, digest]).toEqual(['sha256', expected])
    expect(await get()).toEqual(rest)
  })

  it('with a chosen password answers none; the one before is no longer valid', async () => {
    const { status, body } = await reset({ password: 'second-password' })
    expect([status, 'password' in body]).toEqual([200, false])
    expect(await verify(await hash(), 'second-password')).toBe(true)
    expect(await verify(await hash(), first)).toBe(false)
    expect(await revision()).toBe(3)
  })

  const refused: Refused[] = [
    ...refusedCases(PasswordReset).map((one) => [title(one), withCase({}, one), one.errorPath] as const),
    ['a control character', { password: 'password\t' }, '/password'],
    ['a field too many', { status: 'enabled' }, '/status']
  ]
  it.each(refused)('422: %s, and the password stays', async (_title, body, errorPath) => {
    expect(expectProblem(await reset(body), 'invalid')).toContain(errorPath)
    expect(await verify(await hash(), first)).toBe(true)
    expect(await revision()).toBe(2)
  })
})

describe('DELETE', () => {
  it('answers 204 once, then 404 everywhere', async () => {
    const { status, headers, body } = await tenant.call('DELETE', path)
    expect([status, headers['parley-relay'], body]).toEqual([204, 'done', ''])
    for (const method of ['GET', 'DELETE']) expectProblem(await tenant.call(method, path), 'not_found')
    expectProblem(await patch({ remark: 'x' }), 'not_found')
    expectProblem(await reset({}), 'not_found')
    expect(await revision()).toBe(3)
  })
})

it.each(['nobody', 'A/b', 'a', 'a%2Fb', '%00', `${'x'.repeat(65)}`, 'x'.repeat(2_000), '__proto__', 'a\nb'])(
  '404: the username %j, which nobody has',
  async (username) => {
    const nobody = userPath(instance.id, username)
    expectProblem(await tenant.call('GET', nobody), 'not_found')
    expectProblem(await tenant.call('PATCH', nobody, { remark: 'x' }), 'not_found')
    expectProblem(await tenant.call('POST', `${nobody}/reset-password`, {}), 'not_found')
    expectProblem(await tenant.call('DELETE', nobody), 'not_found')
    expectProblem(await tenant.call('GET', `/instances/${instance.id}/users/%00`), 'not_found')
    expect(await revision()).toBe(2)
  }
)
