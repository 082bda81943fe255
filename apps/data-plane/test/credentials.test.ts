import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { reasonCodes } from '@parley/mqtt-wire'
import { eventually, type MqttProbe } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import type { TestInstance } from './support/data-plane.js'
import { fastHash, NodeWithUsers, newFolder, slowHash } from './support/users.js'
import { levels } from './support/versions.js'

const alice = { username: 'alice', password: 'correct horse' }

async function code(instance: TestInstance, options: Parameters<MqttProbe['connect']>[0]): Promise<number> {
  const client = await instance.open()
  const { reasonCode } = await client.connect(options)
  if (reasonCode !== 0) await client.closed
  return reasonCode
}

describe('a client with a username and a password', () => {
  it.each(levels)('of level %i is let in when they are right, and told why when not', async (level) => {
    const node = await NodeWithUsers.start()
    const instance = await node.instance({
      alice: { hash: fastHash('correct horse'), status: 'enabled' },
      bob: { hash: await slowHash('battery staple'), status: 'enabled' },
      carol: { hash: fastHash('correct horse'), status: 'disabled' }
    })
    const wrong = level === 5 ? reasonCodes.badUsernameOrPassword : 4
    const notAuthorized = level === 5 ? reasonCodes.notAuthorized : 5
    expect(await code(instance, { level, ...alice })).toBe(0)
    expect(await code(instance, { level, username: 'bob', password: 'battery staple' })).toBe(0)
    expect(await code(instance, { level, username: 'bob', password: 'battery staple' })).toBe(0)
    expect(await code(instance, { level, username: 'alice', password: 'battery staple' })).toBe(wrong)
    expect(await code(instance, { level, username: 'bob', password: 'correct horse' })).toBe(wrong)
    expect(await code(instance, { level, username: 'alice', password: '' })).toBe(wrong)
    expect(await code(instance, { level, username: 'nobody', password: 'correct horse' })).toBe(wrong)
    expect(await code(instance, { level, username: '__proto__', password: 'correct horse' })).toBe(wrong)
    expect(await code(instance, { level, username: 'carol', password: 'correct horse' })).toBe(notAuthorized)
    expect(await code(instance, { level })).toBe(notAuthorized)
  })

  it('is known only in its own instance', async () => {
    const node = await NodeWithUsers.start()
    const instance = await node.instance({ alice: { hash: fastHash(alice.password), status: 'enabled' } })
    const neighbour = await node.instance({ bob: { hash: fastHash(alice.password), status: 'enabled' } })
    expect(await code(instance, alice)).toBe(0)
    expect(await code(neighbour, alice)).toBe(4)
  })

  it('takes nobody over before it is let in', async () => {
    const node = await NodeWithUsers.start()
    const instance = await node.instance({ alice: { hash: fastHash(alice.password), status: 'enabled' } })
    const client = await instance.connect({ ...alice, clientId: 'door' })
    expect(await code(instance, { username: 'alice', password: 'wrong', clientId: 'door' })).toBe(4)
    await client.ping()
  })
})

describe('while Redis is away', () => {
  it('who was let in before is let in, also after a restart of the node; nobody else is', async () => {
    const dir = newFolder()
    const node = await NodeWithUsers.start({ dir })
    const users = {
      alice: { hash: fastHash(alice.password), status: 'enabled' as const },
      bob: { hash: await slowHash('battery staple'), status: 'enabled' as const }
    }
    const instance = await node.instance(users)
    const bob = { username: 'bob', password: 'battery staple' }
    expect(await code(instance, bob)).toBe(0)
    await node.redis.stop()
    await eventually(() => expect(node.client.status).not.toBe('ready'))
    expect(await code(instance, bob)).toBe(0)
    expect(await code(instance, { ...bob, password: 'wrong horse' })).toBe(4)
    expect(await code(instance, alice)).toBe(3)
    await node.redis.start()
    await eventually(() => expect(node.client.status).toBe('ready'))
    expect(await code(instance, alice)).toBe(0)
    // What the node wrote down is what the next process reads.
    await eventually(async () => {
      const text = await readFile(join(dir, 'password-cache.jsonl'), 'utf8')
      expect(text).toMatch(/"bob"[\s\S]*"alice"/)
      expect(text).not.toMatch(/battery|correct/)
    })
    const next = await NodeWithUsers.start({ dir, redis: node.redis })
    next.client.disconnect()
    const same = await next.plane.instance({ anonymous: false }, instance.id)
    expect(await code(same, bob)).toBe(0)
    expect(await code(same, alice)).toBe(0)
    expect(await code(same, { ...alice, password: 'wrong horse' })).toBe(4)
  })

  it('that was emptied is no reason to send anybody away', async () => {
    const node = await NodeWithUsers.start()
    const instance = await node.instance({ alice: { hash: fastHash(alice.password), status: 'enabled' } })
    const client = await instance.connect(alice)
    await node.redis.flush()
    await instance.change({ anonymous: false, usersRevision: 9 })
    expect(await code(instance, alice)).toBe(0)
    await client.ping()
  })
})

describe('a live connection', () => {
  it.each([
    { what: 'is disabled', change: { hash: fastHash(alice.password), status: 'disabled' as const } },
    { what: 'gets another password', change: { hash: fastHash('another one'), status: 'enabled' as const } },
    { what: 'is removed', change: undefined }
  ])('is closed when its user $what, and no other is', async ({ change }) => {
    const node = await NodeWithUsers.start()
    const bob = { hash: fastHash('battery staple'), status: 'enabled' as const }
    const instance = await node.instance({
      alice: { hash: fastHash(alice.password), status: 'enabled' },
      bob
    })
    const v5 = await instance.connect({ level: 5, ...alice })
    const v3 = await instance.connect({ level: 4, ...alice })
    const other = await instance.connect({ username: 'bob', password: 'battery staple' })
    const usersRevision = await node.write(instance, { bob, ...(change && { alice: change }) })
    await instance.change({ anonymous: false, usersRevision })
    expect(await v5.closed).toBe(reasonCodes.notAuthorized)
    expect(await v3.closed).toBe(null)
    await other.ping()
    expect(instance.drops('rights_revoked')).toBe(2)
    expect(await code(instance, alice)).not.toBe(0)
  })

  it('of an anonymous client is closed when anonymous clients are not let in any more', async () => {
    const node = await NodeWithUsers.start()
    const instance = await node.instance(
      { alice: { hash: fastHash(alice.password), status: 'enabled' } },
      { anonymous: true }
    )
    const client = await instance.connect({ level: 5, ...alice })
    await instance.change({ anonymous: false })
    expect(await client.closed).toBe(reasonCodes.notAuthorized)
  })
})
