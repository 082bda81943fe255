import type { StoredUser, Version } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import type { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  keys,
  markSeen,
  readSeen,
  readUser,
  readUsers,
  readUsersVersion,
  removeUsers,
  replaceUsers,
  writeUsers
} from '../src/index.js'
import { instanceId, startFeed } from './support/feed.js'

let redis: Redis

beforeAll(async () => {
  redis = (await startFeed()).redis
})
beforeEach(() => redis.flushall())
afterAll(cleanUpFile)

/** A user that is told from others by one digit of its hash. */
const user = (digit: number, status: StoredUser['status'] = 'enabled'): StoredUser => ({
  hash: `sha256$${'a'.repeat(32)}$${String(digit).repeat(64)}`,
  status
})
const at = (revision: number, epoch = 1): Version => ({ epoch, revision })
const replace = (users: Record<string, StoredUser>, state: Version) =>
  replaceUsers(redis, instanceId, [new Map(Object.entries(users))], state)
/** null removes a user. */
const write = (users: Record<string, StoredUser | null>, state: Version) =>
  writeUsers(redis, instanceId, new Map(Object.entries(users)), state)
const read = (username: string) => readUser(redis, instanceId, username)

describe('reading', () => {
  it('users are read alone and together, in the order of the question; null for nobody', async () => {
    await replace({ a: user(1), b: user(2, 'disabled') }, at(3))
    expect(await read('a')).toEqual(user(1))
    expect(await read('x')).toBeNull()
    expect(await readUsers(redis, instanceId, ['b', 'x', 'a'])).toEqual([user(2, 'disabled'), null, user(1)])
    expect(await readUsers(redis, instanceId, [])).toEqual([])
    expect(await readUsers(redis, 'mqtt-bbbbbbbb', ['a'])).toEqual([null])
  })

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['no object', '"a"'],
    ['a password', JSON.stringify({ hash: 'secret', status: 'enabled' })],
    ['a hash cut short', JSON.stringify({ hash: user(1).hash.slice(0, -1), status: 'enabled' })],
    ['an unknown status', JSON.stringify({ ...user(1), status: 'admin' })]
  ])('what is %s is no user', async (_what, text) => {
    await redis.hset(keys.users(instanceId), 'a', text)
    expect(await read('a')).toBeNull()
  })

  it('the field that holds the version is no user', async () => {
    await replace({}, at(3))
    expect(await redis.hkeys(keys.users(instanceId))).toEqual(['\0version'])
    expect(await read('\0version')).toBeNull()
    expect(await read('')).toBeNull()
    expect(await readUsersVersion(redis, instanceId)).toEqual(at(3))
  })

  it('names that mean something elsewhere are names here', async () => {
    const names = ['__proto__', 'constructor', '*', 'a b', 'ü€\u{1f600}', '1']
    await replaceUsers(redis, instanceId, [new Map(names.map((name, i) => [name, user(i)]))], at(1))
    expect(await readUsers(redis, instanceId, names)).toEqual(names.map((_name, i) => user(i)))
  })
})

describe('some users', () => {
  it('are written, changed and removed at once, and the version goes along', async () => {
    await replace({ a: user(1), b: user(1) }, at(3))
    expect(await write({ a: null, b: user(2), c: user(2) }, at(4))).toBe('written')
    expect(await readUsers(redis, instanceId, ['a', 'b', 'c'])).toEqual([null, user(2), user(2)])
    expect(await readUsersVersion(redis, instanceId)).toEqual(at(4))
    expect(await write({ c: user(3) }, at(4))).toBe('written')
    expect(await read('c')).toEqual(user(3))
  })

  it('are not brought back, or undone, by a writer that is late', async () => {
    await replace({ a: user(1), b: user(1) }, at(3))
    await write({ a: null }, at(6))
    expect(await write({ a: user(1), b: user(2), c: user(1) }, at(5))).toBe('older')
    expect(await write({ b: null }, at(5))).toBe('older')
    expect(await readUsers(redis, instanceId, ['a', 'b', 'c'])).toEqual([null, user(1), null])
  })

  it.each([
    ['there are none', async () => {}],
    ['the hash is of an older epoch', () => replace({ x: user(1) }, at(9, 1))],
    ['the hash lacks its version', () => redis.hset(keys.users(instanceId), 'x', JSON.stringify(user(1)))]
  ])('are not written when %s: they must not pass for all of them', async (_what, prepare) => {
    await prepare()
    const before = await redis.hgetall(keys.users(instanceId))
    expect(await write({ a: user(1), x: null }, at(4, 2))).toBe('incomplete')
    expect(await redis.hgetall(keys.users(instanceId))).toEqual(before)
  })
})

describe('many users', () => {
  const usernames = Array.from({ length: 5_000 }, (_, i) => `device-${i}`)

  it('are read, and noted as seen, few with a command: a node has other clients, too', async () => {
    const stored = usernames.map((_, i) => user(i % 10))
    await replaceUsers(redis, instanceId, [new Map(usernames.map((name, i) => [name, stored[i]!]))], at(3))
    await redis.config('RESETSTAT')
    expect(await readUsers(redis, instanceId, usernames)).toEqual(stored)
    await markSeen(redis, instanceId, new Map(usernames.map((name, i) => [name, i])))
    const counted = await redis.info('commandstats')
    for (const command of ['hmget', 'hset']) {
      const calls = Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(counted)?.[1])
      expect(calls, command).toBeGreaterThan(50)
      expect(calls, command).toBeLessThan(100)
    }
    expect(await readSeen(redis, instanceId, usernames)).toEqual(usernames.map((_, i) => i))
  })
})

describe('all users', () => {
  it('come in chunks and are there at once, in the place of those before', async () => {
    await replace({ gone: user(1), a: user(1) }, at(3))
    async function* chunks() {
      yield new Map([['a', user(2)]])
      expect(await readUsers(redis, instanceId, ['gone', 'a'])).toEqual([user(1), user(1)])
      yield new Map()
      yield new Map([['b', user(2)]])
    }
    expect(await replaceUsers(redis, instanceId, chunks(), at(4))).toBe('written')
    expect(await readUsers(redis, instanceId, ['gone', 'a', 'b'])).toEqual([null, user(2), user(2)])
    expect(await redis.keys('*')).toEqual([keys.users(instanceId)])
    expect(await redis.ttl(keys.users(instanceId))).toBe(-1)
  })

  it('of an older state change nothing and leave nothing', async () => {
    await replace({ a: user(1) }, at(3, 2))
    expect(await replace({ a: user(2) }, at(2, 2))).toBe('older')
    expect(await replace({ a: user(2) }, at(9, 1))).toBe('older')
    expect(await read('a')).toEqual(user(1))
    expect(await redis.keys('*')).toEqual([keys.users(instanceId)])
  })

  it('of a higher epoch win, whatever the revision', async () => {
    await replace({ a: user(1), b: user(1) }, at(9))
    expect(await replace({ a: user(2) }, at(1, 2))).toBe('written')
    expect(await readUsers(redis, instanceId, ['a', 'b'])).toEqual([user(2), null])
  })

  it('that were lost while they were written never pass for complete', async () => {
    async function* chunks() {
      yield new Map([['a', user(1)]])
      await redis.flushall()
      yield new Map([['b', user(1)]])
    }
    await expect(replaceUsers(redis, instanceId, chunks(), at(1))).rejects.toThrow(instanceId)
    expect(await redis.keys('*')).toEqual([])
  })

  it('of a deleted instance are removed, with what was noted of them', async () => {
    await replace({ a: user(1) }, at(3))
    await markSeen(redis, instanceId, new Map([['a', 1]]))
    await removeUsers(redis, instanceId)
    expect(await redis.keys('*')).toEqual([])
    expect(await readUsersVersion(redis, instanceId)).toBeUndefined()
  })
})

describe('when a user was last seen', () => {
  it('is what was noted last; null for who was never seen', async () => {
    await markSeen(redis, instanceId, new Map())
    await markSeen(
      redis,
      instanceId,
      new Map([
        ['a', 1_000],
        ['__proto__', 2_000]
      ])
    )
    await markSeen(redis, instanceId, new Map([['a', 3_000]]))
    expect(await readSeen(redis, instanceId, ['x', 'a', '__proto__'])).toEqual([null, 3_000, 2_000])
    expect(await readSeen(redis, instanceId, [])).toEqual([])
  })

  it('that is no time counts as never', async () => {
    await redis.hset(keys.usersSeen(instanceId), 'a', 'yesterday')
    expect(await readSeen(redis, instanceId, ['a'])).toEqual([null])
  })

  it('goes with the user', async () => {
    await replace({ a: user(1) }, at(3))
    await markSeen(redis, instanceId, new Map([['a', 1_000]]))
    await write({ a: null }, at(4))
    expect(await readSeen(redis, instanceId, ['a'])).toEqual([null])
  })
})
