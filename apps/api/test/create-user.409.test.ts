import { userBounds } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { startTestApi, type Tenant, type TestApi, userPath, usersPath } from './support/test-api.js'

let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

it('a username is taken once in an instance, and nothing changes', async () => {
  const { id } = await tenant.newInstance()
  await tenant.newUser(id, { username: 'a', remark: 'first' })
  const before = await api.db.mqttUser.findMany({ where: { instanceId: id } })
  for (const password of [undefined, 'another-password']) {
    expectProblem(await tenant.call('POST', usersPath(id), { username: 'a', password }), 'name_taken')
  }
  expect(await api.db.mqttUser.findMany({ where: { instanceId: id } })).toEqual(before)
  expect(await api.db.auditEvent.count({ where: { instanceId: id } })).toBe(2)
  expect((await tenant.call('GET', `/instances/${id}`)).body).toMatchObject({ revision: 2 })
  await tenant.call('DELETE', userPath(id, 'a'))
  expect((await tenant.newUser(id, { username: 'a' })).remark).toBe('')
})

it('of five requests at once for one name one is granted', async () => {
  const { id } = await tenant.newInstance()
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => tenant.call('POST', usersPath(id), { username: 'a' }))
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409])
})

it('an instance holds no more than 100,000 users, disabled ones included', async () => {
  expect(userBounds.usersMax).toBe(100_000)
  const { id } = await tenant.newInstance()
  await api.db.$executeRaw`
    INSERT INTO mqtt_users (instance_id, username, tenant_id, password_hash, status)
    SELECT ${id}, 'u' || n, ${tenant.tenantId}::uuid, 'x', 'disabled' FROM generate_series(1, 99999) AS n`
  await tenant.newUser(id, { username: 'last' })
  expectProblem(await tenant.call('POST', usersPath(id), { username: 'beyond' }), 'users_limit_reached')
  await tenant.call('DELETE', userPath(id, 'u1'))
  await tenant.newUser(id, { username: 'beyond' })
  await tenant.call('DELETE', `/instances/${id}`)
  expect(await api.db.mqttUser.count({ where: { instanceId: id } })).toBe(0)
})
