import {
  connectRedis,
  keys,
  readStoredSnapshot,
  readUser,
  readUsers,
  readUsersVersion,
  replaceUsers
} from '@parley/config-feed'
import type { Instance, InstanceSnapshot, StoredUser } from '@parley/contracts'
import { cleanUp, cleanUpFile, eventually } from '@parley/testkit'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Relay } from '../src/relay/relay.js'
import { monitored } from './support/redis-monitor.js'
import { storedSnapshot } from './support/stored-snapshot.js'
import {
  newRuleBody,
  startTestApi,
  type Tenant,
  type TestApi,
  userPath,
  usersPath
} from './support/test-api.js'

const within = { timeout: 8_000, interval: 10 }
const strayUser: StoredUser = { hash: `sha256$${'0'.repeat(32)}$${'0'.repeat(64)}`, status: 'enabled' }
let api: TestApi
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  api = await startTestApi({ repairIntervalMs: 100 })
  tenant = await api.newTenant()
})
beforeEach(async () => {
  await eventually(() => api.redisClient.ping())
  instance = await tenant.newInstance()
})
afterAll(cleanUpFile)

const read = (username: string, id = instance.id) => readUser(api.redisClient, id, username)
const snapshot = () => storedSnapshot(api.redisClient, instance.id)
/** An answer waits for the relay no longer than a moment, which a busy machine may exceed. */
const allRelayed = () =>
  eventually(async () => expect(await api.db.outboxEntry.count({ where: { relayedAt: null } })).toBe(0))
const remove = (username: string) => tenant.call('DELETE', userPath(instance.id, username))

/** What Postgres has of the users of an instance, as Redis should have it. */
async function expected(id = instance.id): Promise<Map<string, StoredUser>> {
  const rows = await api.db.mqttUser.findMany({ where: { instanceId: id } })
  return new Map(rows.map(({ username, passwordHash, status }) => [username, { hash: passwordHash, status }]))
}

/** Redis has these users and no other, complete up to where Postgres is. */
async function expectRelayed(id = instance.id): Promise<void> {
  await allRelayed()
  const users = await expected(id)
  await expect
    .poll(async () => {
      const fields = await api.redisClient.hkeys(keys.users(id))
      return fields.length === users.size + 1
    }, within)
    .toBe(true)
  const stored = await readUsers(api.redisClient, id, [...users.keys()])
  expect(stored).toEqual([...users.values()])
  const { usersRevision } = await api.db.instance.findUniqueOrThrow({ where: { id } })
  expect((await readUsersVersion(api.redisClient, id))?.revision).toBeGreaterThanOrEqual(usersRevision)
}

/** Users as a bulk of requests would leave them, without waiting for each. */
async function insertUsers(count: number): Promise<void> {
  await api.db.$executeRaw`
    INSERT INTO mqtt_users (instance_id, username, tenant_id, password_hash)
    SELECT ${instance.id}, 'u' || n, ${tenant.tenantId}::uuid, ${strayUser.hash} FROM generate_series(1, ${count}) AS n`
  await api.db.$executeRaw`
    UPDATE instances SET revision = 1 + ${count}, users_revision = 1 + ${count} WHERE id = ${instance.id}`
  await api.db.$executeRaw`
    INSERT INTO outbox_entries (instance_id, epoch, revision, username)
    SELECT ${instance.id}, 1, 1 + n, 'u' || n FROM generate_series(1, ${count}) AS n`
}

describe('a change of a user', () => {
  it('is relayed: hash and status, nothing else of it', async () => {
    await tenant.newUser(instance.id, { username: 'a', remark: 'not for nodes' })
    await allRelayed()
    const [row] = await api.db.mqttUser.findMany({ where: { instanceId: instance.id } })
    expect(await read('a')).toEqual({ hash: row?.passwordHash, status: 'enabled' })
    expect(JSON.parse((await api.redisClient.hget(keys.users(instance.id), 'a'))!)).toEqual(await read('a'))
    await tenant.call('PATCH', userPath(instance.id, 'a'), { status: 'disabled' })
    await allRelayed()
    expect(await read('a')).toEqual({ hash: row?.passwordHash, status: 'disabled' })
    await tenant.call('POST', userPath(instance.id, 'a', '/reset-password'), {})
    await allRelayed()
    expect((await read('a'))?.hash).not.toBe(row?.passwordHash)
    await remove('a')
    await allRelayed()
    expect(await read('a')).toBeNull()
    await expectRelayed()
  })

  it('is told to the nodes by the revision at which users last changed', async () => {
    const revisions = async () => {
      await allRelayed()
      const { revision, usersRevision } = (await snapshot())!
      return [revision, usersRevision]
    }
    expect(await revisions()).toEqual([1, 0])
    await tenant.newUser(instance.id, { username: 'a' })
    expect(await revisions()).toEqual([2, 2])
    await tenant.newRule(instance.id)
    expect(await revisions()).toEqual([3, 2])
    await remove('a')
    expect(await revisions()).toEqual([4, 4])
  })

  it('writes one field, however many users there are', async () => {
    await insertUsers(300)
    await allRelayed()
    const written = await monitored(api.redis.url, instance.id, async () => {
      await tenant.newUser(instance.id, { username: 'one' })
      await allRelayed()
    })
    const fields = written.filter(([command, key]) => command === 'hset' && key === keys.users(instance.id))
    // A comparison at the same moment may write it once more.
    expect(new Set(fields.map(([, , field]) => field))).toEqual(new Set(['one', '\0version']))
  })

  it('is in Redis before any snapshot says so, whatever else changes at the time', async () => {
    const create = (i: number) =>
      i % 2 === 0
        ? tenant.newUser(instance.id, { username: `u${i}` })
        : tenant.newRule(instance.id, newRuleBody())
    const written = await monitored(api.redis.url, instance.id, async () => {
      await Promise.all(Array.from({ length: 20 }, (_, i) => create(i)))
      await allRelayed()
    })
    let complete = 0
    const snapshots: number[] = []
    for (const [command, key, ...args] of written) {
      if (command !== 'hset') continue
      if (key === keys.users(instance.id)) complete = revisionOf(args) ?? complete
      if (key !== keys.config(instance.id)) continue
      const { usersRevision } = JSON.parse(args.at(-1)!) as InstanceSnapshot
      expect(complete).toBeGreaterThanOrEqual(usersRevision)
      snapshots.push(usersRevision)
    }
    expect(snapshots.at(-1)).toBeGreaterThanOrEqual(11)
    await expectRelayed()
  })

  it('ends the same in Redis and Postgres with two replicas at work', async () => {
    const second = connectRedis(api.redis.url, pino({ level: 'silent' }), 'second-replica')
    cleanUp(() => second.disconnect())
    const relay = new Relay({ db: api.db, redis: second, log: pino({ level: 'silent' }) })
    relay.start()
    cleanUp(() => relay.stop())
    for (const username of ['a', 'b', 'c']) await tenant.newUser(instance.id, { username })
    const change = async (i: number): Promise<void> => {
      void relay.wake()
      const username = ['a', 'b', 'c'][i % 3]!
      if (i % 5 === 0) await remove(username)
      else if (i % 5 === 1) await tenant.call('POST', usersPath(instance.id), { username })
      else await tenant.call('POST', userPath(instance.id, username, '/reset-password'), {})
    }
    await Promise.all(Array.from({ length: 40 }, (_, i) => change(i)))
    await allRelayed()
    await expectRelayed()
  })
})

describe('Redis away', () => {
  it('a user is saved and says "pending"; it is relayed after Redis is back', async () => {
    await tenant.newUser(instance.id, { username: 'gone' })
    await api.redis.stop()
    const { status, headers } = await tenant.call('POST', usersPath(instance.id), { username: 'a' })
    expect([status, headers['parley-relay']]).toEqual([201, 'pending'])
    expect((await remove('gone')).status).toBe(204)
    expect((await tenant.call('GET', userPath(instance.id, 'a'))).status).toBe(200)
    await api.redis.start()
    await eventually(async () => expect(await snapshot()).toMatchObject({ usersRevision: 4 }))
    await expectRelayed()
    expect(await read('gone')).toBeNull()
  })

  it('more changes than are worth carrying one by one are all relayed', async () => {
    await api.redis.stop()
    await insertUsers(2_500)
    await api.redis.start()
    await eventually(async () => expect((await snapshot())?.usersRevision).toBe(2_501))
    await expectRelayed()
  })
})

describe('Redis emptied', () => {
  it('all users are written again', async () => {
    for (const username of ['a', 'b']) await tenant.newUser(instance.id, { username })
    await allRelayed()
    await api.redis.flush()
    await expect.poll(() => read('a'), within).not.toBeNull()
    await expectRelayed()
  })

  it('users that went missing alone are written again', async () => {
    await tenant.newUser(instance.id, { username: 'a' })
    await allRelayed()
    await api.redisClient.del(keys.users(instance.id))
    await expect.poll(() => read('a'), within).not.toBeNull()
    await expectRelayed()
  })

  it('one user made before that was noticed does not pass for all of them', async () => {
    for (const username of ['a', 'b']) await tenant.newUser(instance.id, { username })
    await allRelayed()
    await api.redisClient.del(keys.users(instance.id))
    await tenant.newUser(instance.id, { username: 'c' })
    await expectRelayed()
    expect(await read('a')).not.toBeNull()
  })

  it('a last second that Redis lost is not papered over by the next change', async () => {
    await tenant.newUser(instance.id, { username: 'a' })
    await allRelayed()
    const kept = await api.redisClient.dumpBuffer(keys.users(instance.id))
    await remove('a')
    await allRelayed()
    await api.redisClient.restore(keys.users(instance.id), 0, kept, 'REPLACE')
    await tenant.newUser(instance.id, { username: 'b' })
    await expectRelayed()
    expect(await read('a')).toBeNull()
  })
})

describe('a deleted instance', () => {
  it('leaves no users, neither in Postgres nor in Redis', async () => {
    await tenant.newUser(instance.id, { username: 'a' })
    await tenant.call('DELETE', `/instances/${instance.id}`)
    await allRelayed()
    expect(await api.db.mqttUser.count({ where: { instanceId: instance.id } })).toBe(0)
    expect(await api.redisClient.keys(`{${instance.id}}:users*`)).toEqual([])
    expect(await snapshot()).toMatchObject({ deleted: true })
  })

  it('does not get them back from a writer that was late', async () => {
    await tenant.call('DELETE', `/instances/${instance.id}`)
    await allRelayed()
    const late = new Map([['a', strayUser]])
    await replaceUsers(api.redisClient, instance.id, [late], { epoch: 1, revision: 1 })
    await expect.poll(() => api.redisClient.exists(keys.users(instance.id)), within).toBe(0)
  })
})

// The last ones: the epoch is another one afterwards.
it('a Postgres restored from a backup wins: users that came after it are gone, those of the backup are back', async () => {
  await tenant.newUser(instance.id, { username: 'old' })
  const backup = await expected()
  await tenant.call('POST', userPath(instance.id, 'old', '/reset-password'), {})
  await tenant.newUser(instance.id, { username: 'new' })
  await allRelayed()
  const where = { instanceId: instance.id }
  await api.db.mqttUser.deleteMany({ where: { ...where, username: 'new' } })
  await api.db.outboxEntry.deleteMany({ where: { ...where, revision: { gt: 2 } } })
  const { hash: passwordHash } = backup.get('old')!
  await api.db.mqttUser.updateMany({ where, data: { passwordHash } })
  await api.db.instance.update({ where: { id: instance.id }, data: { revision: 2, usersRevision: 2 } })

  await expect.poll(async () => (await snapshot())?.epoch, within).toBe(2)
  expect(await snapshot()).toMatchObject({ revision: 2, usersRevision: 2 })
  expect(await read('new')).toBeNull()
  expect(await read('old')).toEqual(backup.get('old'))
  await expectRelayed()
  await tenant.newUser(instance.id, { username: 'after' })
  await expectRelayed()
  expect(await readUsersVersion(api.redisClient, instance.id)).toEqual({ epoch: 2, revision: 3 })
})

it('an instance that only Redis knows ends with its users, when Postgres went back', async () => {
  const foreignId = 'mqtt-foreign0'
  await allRelayed()
  const reading = await readStoredSnapshot(api.redisClient, instance.id)
  const foreign = { ...(reading as { snapshot: InstanceSnapshot }).snapshot, instanceId: foreignId }
  const { epoch, revision } = foreign
  await api.redisClient.sadd(keys.instances, foreignId)
  await api.redisClient.hset(keys.config(foreignId), { epoch, revision, body: JSON.stringify(foreign) })
  await replaceUsers(api.redisClient, foreignId, [new Map([['a', strayUser]])], { epoch, revision })
  await tenant.call('PATCH', `/instances/${instance.id}`, { remark: 'x' })
  await allRelayed()
  await api.db.instance.update({ where: { id: instance.id }, data: { revision: 1 } })
  await expect.poll(() => storedSnapshot(api.redisClient, foreignId), within).toMatchObject({ deleted: true })
  await expect.poll(() => api.redisClient.exists(keys.users(foreignId)), within).toBe(0)
})

/** Of a HSET of the version, else undefined. */
function revisionOf([field, value]: string[]): number | undefined {
  const match = field === '\0version' ? /^\d+:(\d+)$/.exec(value ?? '') : null
  return match ? Number(match[1]) : undefined
}
