import { markSeen } from '@parley/config-feed'
import type { Instance, MqttUser } from '@parley/contracts'
import { cleanUpFile, eventually } from '@parley/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import {
  type Page,
  startTestApi,
  type Tenant,
  type TestApi,
  userPath,
  usersPath
} from './support/test-api.js'

const made = ['d', 'b', 'a', 'c']
const hangMs = 3_000
/** What does not wait for Redis to go on is answered long before that, also on a slow machine. */
const answerMs = 2_000
let api: TestApi
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
  instance = await tenant.newInstance()
  for (const username of made) await tenant.newUser(instance.id, { username })
})
afterAll(cleanUpFile)

const list = (query: string, id = instance.id) => tenant.call<Page<MqttUser>>('GET', usersPath(id, query))

it.each([1, 2, 3, 4, 100])('pages of %d show every user once, oldest first', async (limit) => {
  const names: string[] = []
  for (let query = ''; ; ) {
    const { body } = await list(`?limit=${limit}${query}`)
    names.push(...body.items.map(({ username }) => username))
    if (body.nextCursor === null) break
    query = `&cursor=${body.nextCursor}`
  }
  expect(names).toEqual(made)
})

it('an item is what GET answers', async () => {
  const { body } = await list('?limit=1')
  expect(body.items).toEqual([(await tenant.call('GET', userPath(instance.id, 'd'))).body])
})

it('users of one millisecond are neither skipped nor repeated', async () => {
  const { id } = await tenant.newInstance()
  for (const username of ['z', 'Y', 'ü', 'x']) await tenant.newUser(id, { username })
  await api.db.mqttUser.updateMany({ where: { instanceId: id }, data: { createdAt: new Date(0) } })
  const one = (await list('?limit=2', id)).body
  const two = (await list(`?limit=2&cursor=${one.nextCursor}`, id)).body
  const names = [...one.items, ...two.items].map(({ username }) => username)
  expect([names.sort(), two.nextCursor]).toEqual([['Y', 'x', 'z', 'ü'], null])
})

it('an instance without users has an empty page', async () => {
  const { id } = await tenant.newInstance()
  expect((await list('', id)).body).toEqual({ items: [], nextCursor: null })
})

const time = '2020-01-01T00:00:00.000Z'
it.each([
  ['no base64', 'nonsense'],
  ['that of a list of rules', Buffer.from(JSON.stringify([1, time, 'x'])).toString('base64url')],
  ['U+0000', Buffer.from(JSON.stringify([time, '\0'])).toString('base64url')]
])('422: a cursor that is %s', async (_what, cursor) => {
  expect(expectProblem(await list(`?cursor=${cursor}`), 'invalid')).toEqual(['/cursor'])
})

it.each(['0', '101', 'abc'])('422: limit=%s', async (limit) => {
  expect(expectProblem(await list(`?limit=${limit}`), 'invalid')).toEqual(['/limit'])
})

describe('lastSeenAt', () => {
  const seen = async () => (await list('')).body.items.map(({ lastSeenAt }) => lastSeenAt)
  const never = made.map(() => null)

  it('is when the nodes last let the user in', async () => {
    expect(await seen()).toEqual(never)
    await markSeen(api.redisClient, instance.id, new Map([['b', Date.parse(time)]]))
    expect(await seen()).toEqual([null, time, null, null])
    const one = await tenant.call('GET', userPath(instance.id, 'b'))
    expect(one.body).toMatchObject({ lastSeenAt: time })
    const patched = await tenant.call('PATCH', userPath(instance.id, 'b'), { remark: 'x' })
    expect(patched.body).toMatchObject({ lastSeenAt: time })
  })

  it('is null while Redis is away, and while it hangs, in time', async () => {
    const admin = new Redis(api.redis.url)
    await admin.client('PAUSE', hangMs, 'ALL')
    admin.disconnect()
    const startedAt = performance.now()
    expect(await seen()).toEqual(never)
    expect(performance.now() - startedAt).toBeLessThan(answerMs)
    await eventually(async () => expect(await seen()).toContain(time))
    await api.redis.stop()
    expect(await seen()).toEqual(never)
    await api.redis.start()
    await eventually(async () => expect(await seen()).toContain(time))
  })
})
