import { keys, publishSnapshot } from '@parley/config-feed'
import type { InstanceSnapshot } from '@parley/contracts'
import { cleanUpFile, eventually } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { storedSnapshot } from './support/stored-snapshot.js'
import { startTestApi, type Tenant, type TestApi, uniqueName } from './support/test-api.js'

const within = { timeout: 8_000, interval: 10 }
const foreignId = 'mqtt-foreign0'
let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi({ repairIntervalMs: 100 })
  tenant = await api.newTenant()
})
beforeEach(() => eventually(() => api.redisClient.ping()))
afterAll(cleanUpFile)

const stored = (id: string): Promise<InstanceSnapshot | undefined> => storedSnapshot(api.redisClient, id)

/** A whole comparison has run when what it must find lacking is back. */
async function comparison(): Promise<void> {
  const { id } = await tenant.newInstance()
  await api.redisClient.del(keys.config(id))
  await expect.poll(() => stored(id), within).toBeDefined()
}

/** An instance that Redis knows and Postgres does not. */
async function storeForeign(): Promise<InstanceSnapshot> {
  const { id } = await tenant.newInstance()
  const foreign = { ...(await stored(id))!, instanceId: foreignId }
  await api.redisClient.del(keys.config(foreignId))
  await publishSnapshot(api.redisClient, foreign)
  return foreign
}

describe('Redis away', () => {
  it('a change is saved and says "pending"; it is relayed within 2 s after Redis is back', async () => {
    await api.redis.stop()
    const name = uniqueName()
    const { status, headers, body } = await tenant.call<{ id: string }>('POST', '/instances', { name })
    expect([status, headers['parley-relay']]).toEqual([201, 'pending'])
    expect(body).toMatchObject({ revision: 1, rollout: { nodes: 0, applied: 0 } })
    const patched = await tenant.call('PATCH', `/instances/${body.id}`, { remark: 'x' })
    expect([patched.status, patched.headers['parley-relay']]).toEqual([200, 'pending'])
    expect((await tenant.call('GET', '/instances')).status).toBe(200)

    await api.redis.start()
    const since = performance.now()
    const snapshot = await eventually(async () => {
      const found = await stored(body.id)
      if (!found) throw new Error('not relayed yet')
      return found
    })
    expect(performance.now() - since).toBeLessThan(2_000)
    expect(snapshot.revision).toBe(2)
    const waiting = () => api.db.outboxEntry.count({ where: { relayedAt: null } })
    await expect.poll(waiting, within).toBe(0)
  })
})

describe('Redis emptied', () => {
  it('everything is written again, tombstones included', async () => {
    const [kept, deleted] = [await tenant.newInstance(), await tenant.newInstance()]
    await tenant.call('DELETE', `/instances/${deleted.id}`)
    await api.redis.flush()
    await expect.poll(() => stored(kept.id), within).toMatchObject({ deleted: false, revision: 1 })
    await expect.poll(() => stored(deleted.id), within).toMatchObject({ deleted: true, revision: 2 })
    expect(await api.redisClient.sismember(keys.instances, kept.id)).toBe(1)
  })

  it('one snapshot that went missing, and one that is older, are written again', async () => {
    const { id } = await tenant.newInstance()
    await tenant.call('PATCH', `/instances/${id}`, { remark: 'x' })
    const good = await stored(id)
    await api.redisClient.hset(keys.config(id), 'revision', 1)
    const revision = () => api.redisClient.hget(keys.config(id), 'revision')
    await expect.poll(revision, within).toBe('2')
    await api.redisClient.del(keys.config(id))
    await expect.poll(() => stored(id), within).toEqual(good)
  })
})

describe('Redis knows more than Postgres', () => {
  it('an instance that only Redis knows stays untouched while Postgres has not gone back', async () => {
    const foreign = await storeForeign()
    await comparison()
    await comparison()
    expect(await stored(foreignId)).toEqual(foreign)
    expect(await api.db.controlPlane.findUniqueOrThrow({ where: { id: 1 } })).toMatchObject({ epoch: 1 })
  })

  it('a Postgres restored from a backup wins: a higher epoch, and what came after it is gone', async () => {
    const foreign = await storeForeign()
    const bystander = await tenant.newInstance()
    const { id } = await tenant.newInstance()
    await tenant.call('PATCH', `/instances/${id}`, { status: 'suspended' })
    expect(await stored(id)).toMatchObject({ revision: 2, status: 'suspended' })
    await api.db.instance.update({ where: { id }, data: { revision: 1, status: 'running' } })

    await expect.poll(async () => (await stored(id))?.epoch, within).toBe(2)
    expect(await stored(id)).toMatchObject({ revision: 1, status: 'running', deleted: false })
    await expect.poll(() => stored(foreignId), within).toEqual({ ...foreign, epoch: 2, deleted: true })
    await expect.poll(() => stored(bystander.id), within).toMatchObject({ epoch: 2, deleted: false })
    await comparison()
    expect(await api.db.controlPlane.findUniqueOrThrow({ where: { id: 1 } })).toMatchObject({ epoch: 2 })
  })

  it('changes after that carry the new epoch and reach Redis', async () => {
    const { headers, body } = await tenant.call<{ id: string }>('POST', '/instances', { name: uniqueName() })
    expect(headers['parley-relay']).toBe('done')
    expect(await stored(body.id)).toMatchObject({ epoch: 2, revision: 1 })
  })
})
