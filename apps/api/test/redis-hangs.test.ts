import type { Instance } from '@parley/contracts'
import { cleanUpFile, eventually } from '@parley/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTestApi, type TestApi, uniqueName } from './support/test-api.js'

/** Longer than an answer may wait, shorter than a command takes to fail: only a bound of our own can answer in time. */
const hangMs = 3_000
const answerMs = 1_500

let api: TestApi

beforeAll(async () => {
  api = await startTestApi()
})
afterAll(cleanUpFile)

it('while Redis is connected and does not answer, a change is saved, answered in time and relayed later', async () => {
  const tenant = await api.newTenant()
  const { id } = await tenant.newInstance()
  const admin = new Redis(api.redis.url)
  await admin.client('PAUSE', hangMs, 'ALL')
  admin.disconnect()

  const startedAt = performance.now()
  const changed = await tenant.call<Instance>('POST', '/instances', { name: uniqueName() })
  const read = await tenant.call<Instance>('GET', `/instances/${id}`)
  expect(performance.now() - startedAt).toBeLessThan(answerMs)
  expect(changed.status).toBe(201)
  expect(changed.headers['parley-relay']).toBe('pending')
  expect(changed.body.rollout).toEqual({ nodes: 0, applied: 0 })
  expect(read.status).toBe(200)

  await eventually(
    async () => expect(await api.db.outboxEntry.count({ where: { relayedAt: null } })).toBe(0),
    { timeoutMs: 2 * hangMs }
  )
})
