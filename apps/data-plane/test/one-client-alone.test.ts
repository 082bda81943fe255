import { once } from 'node:events'
import { connectRedis } from '@parley/config-feed'
import { reasonCodes } from '@parley/mqtt-wire'
import { cleanUpFile, createTestRedis, eventually, type TestRedis } from '@parley/testkit'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestDataPlane } from './support/data-plane.js'
import { fastHash, NodeWithUsers } from './support/users.js'

let redis: TestRedis

beforeAll(async () => {
  redis = await createTestRedis()
})
afterAll(async () => {
  await cleanUpFile()
  await redis.end()
})

/** A node whose sessions are in Redis. */
async function startNode(): Promise<TestDataPlane> {
  const sessions = connectRedis(redis.url, pino({ level: 'silent' }), 'sessions')
  await once(sessions, 'ready')
  const plane = await TestDataPlane.start({ sessions })
  plane.onStop(async () => sessions.disconnect())
  return plane
}

const kept = { level: 5 as const, cleanStart: false, properties: { sessionExpiryInterval: 600 } }

describe('one client', () => {
  it('with the longest share name there is gets its message, and nobody is disturbed', async () => {
    const instance = await (await startNode()).instance()
    const group = 'g'.repeat(65_500)
    const client = await instance.connect({ ...kept, clientId: 'long' })
    await client.subscribe(`$share/${group}/#`, 1)
    const dies = await instance.connect({ will: { topic: 'will', qos: 1 } })
    await dies.destroy()
    expect((await client.receive()).topic).toBe('will')
    const publisher = await instance.connect({ level: 5 })
    expect(await publisher.publish('a', 'x', { qos: 1 })).toBe(0)
    expect((await client.receive()).topic).toBe('a')
  })

  it('that refuses nothing and is refused something is acknowledged in order', async () => {
    const instance = await (await startNode()).instance()
    const away = await instance.connect({ ...kept, clientId: 'away' })
    await away.subscribe('a', 1)
    const client = await instance.connect({ level: 5 })
    const ids = ['a', '$no', 'a'].map((topic) => client.sendPublish(topic, 'x', { qos: 1 }))
    const answers = [await client.next('puback'), await client.next('puback'), await client.next('puback')]
    expect(answers.map(({ packetId }) => packetId)).toEqual(ids)
    expect(answers.map(({ reasonCode }) => reasonCode)).toEqual([0, reasonCodes.notAuthorized, 0])
  })

  it('that repeats a QoS 2 message at once, behind one that is being stored, is published once', async () => {
    const instance = await (await startNode()).instance()
    const away = await instance.connect({ ...kept, clientId: 'away-too' })
    await away.subscribe('stored', 1)
    const watcher = await instance.connect({ autoAck: true })
    await watcher.subscribe('once', 2)
    const client = await instance.connect()
    client.send(
      client.publishPacket('stored', 'x', { qos: 1, packetId: 1 }),
      client.publishPacket('once', 'x', { qos: 2, packetId: 2 }),
      client.publishPacket('once', 'x', { qos: 2, packetId: 2, dup: true })
    )
    await client.next('pubrec')
    await client.next('pubrec')
    await client.release(2)
    expect((await watcher.next('publish')).topic).toBe('once')
    await watcher.expectNothing()
  })

  it('gets the copies of two overlapping filters of a retained message without waiting', async () => {
    const instance = await (await startNode()).instance()
    await (await instance.connect()).publish('a', 'kept', { qos: 1, retain: true })
    const client = await instance.connect({ ...kept, clientId: 'twice' })
    await client.subscribe(['a', '#'], 1)
    const copies = [await client.next('publish'), await client.next('publish')]
    expect(new Set(copies.map(({ packetId }) => packetId)).size).toBe(2)
    await (await instance.connect()).publish('a', 'live', { qos: 1 })
    expect((await client.next('publish')).payload.toString()).toBe('live')
  })
})

describe('a client of 5.0', () => {
  it.each([1, 2] as const)(
    'that sends more at QoS %i than Receive Maximum, while the store takes its time, is told so',
    async (qos) => {
      const instance = await (await startNode()).instance({ limits: { receiveMaximum: 3 } })
      const away = await instance.connect({ ...kept, clientId: 'away' })
      await away.subscribe('a', 2)
      const client = await instance.connect({ level: 5 })
      client.send(...Array.from({ length: 4 }, () => client.publishPacket('a', 'x', { qos })))
      expect(await client.closed).toBe(reasonCodes.receiveMaximumExceeded)
    }
  )
})

describe('a large message for many absent sessions', () => {
  it('is stored in several transactions', async () => {
    const instance = await (await startNode()).instance()
    for (let at = 0; at < 60; at++) {
      const client = await instance.connect({ ...kept, clientId: `away-${at}` })
      await client.subscribe('big', 1)
      await client.disconnect()
    }
    const publisher = await instance.connect({ level: 5 })
    const payload = Buffer.alloc(300_000, 7)
    expect(await publisher.publish('big', payload, { qos: 1 })).toBe(0)
    const back = await instance.connect({ ...kept, clientId: 'away-59' })
    expect((await back.receive()).payload.equals(payload)).toBe(true)
  })
})

describe('a user', () => {
  const password = 'correct horse'

  it('that is disabled is not let in while Redis is away, whatever it tried before', async () => {
    const node = await NodeWithUsers.start()
    const instance = await node.instance({ carol: { hash: fastHash(password), status: 'disabled' } })
    for (const expected of [5, 3]) {
      const client = await instance.open()
      expect((await client.connect({ username: 'carol', password })).reasonCode).toBe(expected)
      await client.closed
      if (expected === 5) await node.redis.stop()
      await eventually(() => expect(node.client.status === 'ready').toBe(false))
    }
    await node.redis.start()
  })

  it('with a new password loses the connections of the old one, also when it is back with the new', async () => {
    const node = await NodeWithUsers.start()
    const instance = await node.instance({ alice: { hash: fastHash(password), status: 'enabled' } })
    const old = await instance.connect({ level: 5, username: 'alice', password })
    const usersRevision = await node.write(instance, {
      alice: { hash: fastHash('a new one'), status: 'enabled' }
    })
    const fresh = await instance.connect({ level: 5, username: 'alice', password: 'a new one' })
    await instance.change({ anonymous: false, usersRevision })
    expect(await old.closed).toBe(reasonCodes.notAuthorized)
    await fresh.ping()
  })
})
