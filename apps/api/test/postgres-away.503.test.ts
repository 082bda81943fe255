import { createDatabase } from '@parley/database'
import { cleanUp, cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { storedSnapshot } from './support/stored-snapshot.js'
import { rulesPath, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

const within = { timeout: 10_000, interval: 20 }
let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

/** Breaks every connection to the API's database and lets none in until the answered function is called. */
async function takePostgresAway(): Promise<() => Promise<void>> {
  const url = new URL(api.databaseUrl)
  const name = url.pathname.slice(1)
  url.pathname = '/postgres'
  const admin = createDatabase(url.toString(), { poolSize: 1 })
  const bringBack = async (): Promise<void> => {
    await admin.$executeRawUnsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
  }
  cleanUp(async () => {
    await bringBack()
    await admin.$disconnect()
  })
  await admin.$executeRawUnsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
  await admin.$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`
  return bringBack
}

it('while Postgres is away every operation answers 503; afterwards everything works by itself', async () => {
  const { id } = await tenant.newInstance()
  const rule = await tenant.newRule(id)
  const bringBack = await takePostgresAway()

  // Several: each of the pool's broken connections may tell of its end in its own words.
  for (let i = 0; i < 5; i++) {
    expectProblem(await tenant.call('GET', '/instances'), 'unavailable')
    expectProblem(await tenant.call('PATCH', `/instances/${id}`, { remark: 'lost' }), 'unavailable')
    expectProblem(await tenant.call('DELETE', rulesPath(id, `/${rule.id}`)), 'unavailable')
  }
  expect(await api.send({ method: 'GET', url: '/health' })).toMatchObject({
    status: 503,
    body: { status: 'unavailable', postgres: 'away', redis: 'ok' }
  })
  expect(await storedSnapshot(api.redisClient, id)).toMatchObject({ revision: 2, deleted: false })

  await bringBack()
  await expect.poll(async () => (await tenant.call('GET', '/instances')).status, within).toBe(200)
  expect((await tenant.call('GET', `/instances/${id}`)).body).toMatchObject({ remark: '', revision: 2 })
  const patched = await tenant.call('PATCH', `/instances/${id}`, { remark: 'kept' })
  expect([patched.status, patched.headers['parley-relay']]).toEqual([200, 'done'])
  expect((await api.send({ method: 'GET', url: '/health' })).status).toBe(200)
})
