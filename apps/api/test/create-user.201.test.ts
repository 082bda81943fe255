import { createHash } from 'node:crypto'
import { verify } from '@node-rs/argon2'
import { type Instance, MqttUserCreate, type MqttUserWithPassword } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acceptedCases, title, withCase } from './support/schema-cases.js'
import {
  startTestApi,
  type Tenant,
  type TestApi,
  uniqueName,
  userPath,
  usersPath
} from './support/test-api.js'

let api: TestApi
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
  instance = await tenant.newInstance()
})
afterAll(cleanUpFile)

const create = (body: object, id = instance.id) =>
  tenant.call<MqttUserWithPassword>('POST', usersPath(id), body)
const hashOf = async (username: string) =>
  (await api.db.mqttUser.findFirstOrThrow({ where: { instanceId: instance.id, username } })).passwordHash

it('a username alone makes a user: every field in order, and a generated password, this once', async () => {
  const { id } = await tenant.newInstance()
  const { status, headers, body } = await create({ username: 'plc-7' }, id)
  expect(status).toBe(201)
  expect(headers).toMatchObject({ location: `/api/v1${usersPath(id, '/plc-7')}`, 'parley-relay': 'done' })
  const { password, ...user } = body
  expect(Object.keys(body)).toEqual([
    ...['username', 'status', 'remark', 'createdAt', 'updatedAt', 'lastSeenAt'],
    'password'
  ])
  expect(user).toEqual({
    username: 'plc-7',
    status: 'enabled',
    remark: '',
    createdAt: user.createdAt,
    updatedAt: user.updatedAt,
    lastSeenAt: null
  })
  for (const time of [user.createdAt, user.updatedAt]) expect(new Date(time).toISOString()).toBe(time)
  expect((await tenant.call('GET', userPath(id, 'plc-7'))).body).toEqual(user)
  expect((await tenant.call('GET', `/instances/${id}`)).body).toMatchObject({ revision: 2 })
})

it.each(acceptedCases(MqttUserCreate).map((one) => [title(one), one] as const))(
  'accepts %s, a value at a bound',
  async (_title, one) => {
    const { id } = await tenant.newInstance()
    const wanted = withCase({ username: uniqueName() }, one) as MqttUserCreate
    const { status, body } = await create(wanted, id)
    const { password: _password, ...visible } = wanted
    expect([status, body]).toEqual([201, expect.objectContaining(visible)])
  }
)

it.each([
  ...['a b', ' a ', 'a/b', '/', 'a%2Fb', '%', 'a?b#c', '#', '+', '*', '...', "'; DROP TABLE users", 'a\\b'],
  ...[
    '__proto__',
    'constructor',
    'reset-password',
    'ü€\u{1f600}',
    '\u{1f600}'.repeat(64),
    'e\u0301',
    '\u00e9'
  ]
])('a user may be named %j, and is found under it', async (username) => {
  const { status, headers, body } = await create({ username })
  expect([status, body.username]).toEqual([201, username])
  const { password: _password, ...user } = body
  expect((await tenant.call('GET', userPath(instance.id, username))).body).toEqual(user)
  const location = String(headers.location).replace('/api/v1', '')
  expect((await tenant.call('GET', location)).body).toEqual(user)
  expect((await tenant.call('DELETE', userPath(instance.id, username))).status).toBe(204)
})

it('names that differ in case are two users, and so is one name in two instances', async () => {
  const other = await tenant.newInstance()
  for (const username of ['Case', 'case']) expect((await create({ username })).status).toBe(201)
  expect((await create({ username: 'case' }, other.id)).status).toBe(201)
})

describe('the password', () => {
  it('that was generated has 192 random bits, is safe in a URL, and is stored as a salted sha256', async () => {
    const passwords = new Set<string>()
    for (const username of ['gen-1', 'gen-2']) {
      const password = (await create({ username })).body.password!
      expect(password).toMatch(/^[A-Za-z0-9_-]{32}$/)
      passwords.add(password)
      const [form, salt, hash] = (await hashOf(username)).split('$')
      const expected = createHash('sha256').update(Buffer.from(salt!, 'hex')).update(password).digest('hex')
      expect([form, salt?.length, hash]).toEqual(['sha256', 32, expected])
    }
    expect(passwords.size).toBe(2)
  })

  it('that was chosen is stored as argon2id with 19 MiB, two passes and one lane, and not answered', async () => {
    const password = 'pässword \u{1f600}'
    const { status, body } = await create({ username: 'chosen', password })
    expect([status, 'password' in body]).toEqual([201, false])
    const hash = await hashOf('chosen')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await verify(hash, password)).toBe(true)
    expect(await verify(hash, `${password}x`)).toBe(false)
  })

  it('of 8 and of 128 characters of two code units each is taken', async () => {
    for (const characters of [8, 128]) {
      const password = '\u{1f600}'.repeat(characters)
      const username = `long-${characters}`
      expect((await create({ username, password })).status).toBe(201)
      expect(await verify(await hashOf(username), password)).toBe(true)
    }
  })
})
