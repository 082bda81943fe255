import { publishSnapshot, readStoredSnapshot } from '@parley/config-feed'
import type { InstanceSnapshot } from '@parley/contracts'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Call, startTestApi, type TestApi } from './support/test-api.js'

const within = { timeout: 8_000, interval: 20 }
let api: TestApi
let call: Call
let redis: Redis

beforeAll(async () => {
  api = await startTestApi({ repairIntervalMs: 200 })
  call = (await api.newTenant()).call
})
beforeEach(() => {
  redis = new Redis(api.redis.url)
  // While a test has Redis stopped.
  redis.on('error', () => undefined)
})
afterEach(() => redis.disconnect())
afterAll(() => api.stop())

async function stored(id: string): Promise<InstanceSnapshot | undefined> {
  const reading = await readStoredSnapshot(redis, id)
  return reading && 'snapshot' in reading ? reading.snapshot : undefined
}

const createInstance = async (name: string) => (await call('POST', '/instances', { name })).body

describe('the relay', () => {
  it('has a change in Redis when it is answered, active rules only, and says so', async () => {
    const { id } = await createInstance('relayed')
    const rule = (name: string, fields: object) =>
      call('POST', `/instances/${id}/enhancement-rules`, {
        name,
        actions: { correlationData: name },
        ...fields
      })
    await rule('later', { priority: 200 })
    await rule('asleep', { status: 'inactive' })
    const last = await rule('sooner', { priority: 1 })
    expect(last.headers['parley-relay']).toBe('done')
    const snapshot = await stored(id)
    expect(snapshot).toMatchObject({ instanceId: id, revision: 4, deleted: false, status: 'running' })
    expect(snapshot?.rules.map(({ name }) => name)).toEqual(['sooner', 'later'])
  })

  it('leaves a tombstone for a deleted instance', async () => {
    const { id } = await createInstance('to-delete')
    await call('DELETE', `/instances/${id}`)
    expect(await stored(id)).toMatchObject({ deleted: true, revision: 2, rules: [] })
  })

  it('saves a change while Redis is away, says "pending", and relays it when Redis is back', async () => {
    await api.redis.stop()
    const answer = await call('POST', '/instances', { name: 'while-away' })
    expect([answer.status, answer.headers['parley-relay']]).toEqual([201, 'pending'])
    expect(answer.body.rollout).toEqual({ nodes: 0, applied: 0 })
    await api.redis.start()
    const since = Date.now()
    await expect
      .poll(() => stored(answer.body.id).catch(() => undefined), within)
      .toMatchObject({ revision: 1 })
    expect(Date.now() - since).toBeLessThan(2_000)
  })

  it('refills a Redis that was emptied', async () => {
    const { id } = await createInstance('flushed')
    await api.redis.flush()
    await expect.poll(() => stored(id), within).toMatchObject({ instanceId: id })
  })

  it('leaves an instance that only Redis knows alone, as long as Postgres has not gone back in time', async () => {
    const { id } = await createInstance('model')
    const foreign = { ...(await stored(id))!, instanceId: 'mqtt-foreign0' }
    await publishSnapshot(redis, foreign)
    const { id: after } = await createInstance('one-more')
    await redis.del(`{${after}}:config`)
    // A whole comparison has run when what it lacked is back.
    await expect.poll(() => stored(after), within).toBeDefined()
    expect(await stored('mqtt-foreign0')).toEqual(foreign)
  })

  it('lets a Postgres that was restored from a backup win, with a higher epoch', async () => {
    const { id } = await createInstance('restored')
    await call('PATCH', `/instances/${id}`, { remark: 'after the backup' })
    const before = (await stored(id))!
    await api.db.instance.update({ where: { id }, data: { revision: 1, remark: 'from the backup' } })
    await expect.poll(async () => (await stored(id))?.epoch, within).toBe(before.epoch + 1)
    expect(await stored(id)).toMatchObject({ revision: 1, deleted: false })
    await expect
      .poll(() => stored('mqtt-foreign0'), within)
      .toMatchObject({ deleted: true, epoch: before.epoch + 1 })
    const { controlPlane } = api.db
    expect((await controlPlane.findUniqueOrThrow({ where: { id: 1 } })).epoch).toBe(before.epoch + 1)
  })
})
