import { reasonCodes } from '@parley/mqtt-wire'
import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'
import type { PolicyPatch } from './support/snapshot.js'
import { levels, refusedAs } from './support/versions.js'

const connect: PolicyPatch = { effect: 'allow', actions: ['connect'] }
const everything: PolicyPatch = { effect: 'allow', actions: ['connect', 'publish', 'subscribe'] }
const deny = (actions: PolicyPatch['actions'], condition: PolicyPatch['condition'] = {}): PolicyPatch => ({
  effect: 'deny',
  actions,
  condition
})

const withPolicies = (...policies: PolicyPatch[]) => startInstance({ authorization: true, policies })

describe('authorization policies', () => {
  it.each(levels)('decide who of level %i may connect; without any nobody may', async (level) => {
    const notAuthorized = level === 5 ? reasonCodes.notAuthorized : 5
    const instance = await withPolicies(deny(['connect'], { clientId: 'bad-*' }), everything)
    const bad = await instance.open()
    expect((await bad.connect({ level, clientId: 'bad-one' })).reasonCode).toBe(notAuthorized)
    await instance.connect({ level, clientId: 'good' })
    const closed = await withPolicies()
    const nobody = await closed.open()
    expect((await nobody.connect({ level })).reasonCode).toBe(notAuthorized)
  })

  it.each(levels)('refuse level %i to subscribe to test/nosubscribe', async (level) => {
    const instance = await withPolicies(deny(['subscribe'], { topic: 'test/nosubscribe' }), everything)
    const client = await instance.connect({ level })
    const refused = refusedAs(level, reasonCodes.notAuthorized, 1)
    const filters = ['test/nosubscribe', 'test/+', '#', '$share/g/test/nosubscribe', 'test/other']
    expect((await client.subscribe(filters, 1)).reasonCodes).toEqual([refused, refused, refused, refused, 1])
    const publisher = await instance.connect()
    await publisher.publish('test/nosubscribe', 'x', { qos: 1 })
    await publisher.publish('test/other', 'y', { qos: 1 })
    expect((await client.receive()).payload.toString()).toBe('y')
    await client.expectNothing()
  })

  it.each(levels)(
    'keep what level %i may not publish from everybody, acknowledged and counted',
    async (level) => {
      const instance = await withPolicies(
        { effect: 'allow', actions: ['publish'], condition: { topic: 'of/${clientId}/#', qos: [0, 1] } },
        deny(['publish']),
        everything
      )
      const watcher = await instance.connect({ clientId: 'watcher' })
      await watcher.subscribe('#', 1)
      const client = await instance.connect({ level, clientId: 'me' })
      const refused = level === 5 ? reasonCodes.notAuthorized : 0
      expect(await client.publish('of/other/x', 'no', { qos: 1 })).toBe(refused)
      expect(await client.publish('of/me/x', 'no', { qos: 2 })).toBe(refused)
      await client.publish('of/other/x', 'no')
      await watcher.expectNothing()
      expect(instance.drops('publish_not_allowed')).toBe(3)
      expect(await client.publish('of/me/x', 'yes', { qos: 1 })).toBe(0)
      expect((await watcher.receive()).payload.toString()).toBe('yes')
    }
  )

  it('refuse a CONNECT whose will may not be published, and a will whose client lost the right', async () => {
    const instance = await withPolicies(deny(['publish'], { topic: 'secret/#' }), everything)
    const refused = await instance.open()
    const answer = await refused.connect({ level: 5, will: { topic: 'secret/will' } })
    expect(answer.reasonCode).toBe(reasonCodes.notAuthorized)
    const watcher = await instance.connect()
    await watcher.subscribe('wills/#')
    const client = await instance.connect({ will: { topic: 'wills/me' } })
    await instance.change({
      authorization: true,
      policies: [deny(['publish'], { topic: 'wills/#' }), everything]
    })
    await client.destroy()
    await watcher.expectNothing()
    expect(instance.drops('will_not_allowed')).toBe(1)
  })

  it('count by the address of the client', async () => {
    const here = await withPolicies(deny(['connect'], { address: '127.0.0.0/8' }), everything)
    const refused = await here.open()
    expect((await refused.connect()).reasonCode).toBe(5)
    const elsewhere = await withPolicies(deny(['connect'], { address: '10.0.0.0/8' }), everything)
    await elsewhere.connect()
  })

  it('are not asked while they are off', async () => {
    const instance = await startInstance({
      authorization: false,
      policies: [deny(['connect', 'publish', 'subscribe'])]
    })
    const client = await instance.connect({ level: 5 })
    expect((await client.subscribe('a', 1)).reasonCodes).toEqual([1])
    expect(await client.publish('a', 'x', { qos: 1 })).toBe(0)
  })
})

describe('a change of the policies', () => {
  it('closes who may not be connected any more, and no other', async () => {
    const instance = await withPolicies(everything)
    const bad = await instance.connect({ level: 5, clientId: 'bad' })
    const good = await instance.connect({ level: 5, clientId: 'good' })
    await instance.change({
      authorization: true,
      policies: [deny(['connect'], { clientId: 'bad' }), everything]
    })
    expect(await bad.closed).toBe(reasonCodes.notAuthorized)
    await good.ping()
  })

  it('takes away subscriptions, with what waits for them, and leaves the others', async () => {
    const instance = await startInstance({
      authorization: true,
      policies: [everything],
      limits: { maxInflight: 1 }
    })
    const client = await instance.connect({ level: 5 })
    await client.subscribe(['secret/+', 'open'], 1)
    const publisher = await instance.connect()
    for (const topic of ['open', 'secret/a', 'open', 'secret/b'])
      await publisher.publish(topic, topic, { qos: 1 })
    await instance.change({
      authorization: true,
      limits: { maxInflight: 1 },
      policies: [deny(['subscribe'], { topic: 'secret/#' }), everything]
    })
    await publisher.publish('secret/c', 'x', { qos: 1 })
    expect((await client.receive()).topic).toBe('open')
    expect((await client.receive()).topic).toBe('open')
    await client.expectNothing()
    expect(instance.drops('subscription_revoked')).toBe(1)
    expect(instance.drops('queued_not_allowed')).toBe(2)
  })

  it('counts for a session that was away: it comes back with what it may still have', async () => {
    const instance = await withPolicies(everything)
    const me = { clientId: 'me', cleanStart: false }
    const away = await instance.connect(me)
    await away.subscribe(['secret', 'open'], 1)
    await away.disconnect()
    const publisher = await instance.connect()
    for (const topic of ['secret', 'open']) await publisher.publish(topic, topic, { qos: 1 })
    await instance.change({
      authorization: true,
      policies: [deny(['subscribe'], { topic: 'secret' }), everything]
    })
    const back = await instance.connect(me)
    expect((await back.receive()).topic).toBe('open')
    await publisher.publish('secret', 'again', { qos: 1 })
    await back.expectNothing()
  })

  it('is live with the next packet', async () => {
    const instance = await withPolicies(connect)
    const client = await instance.connect({ level: 5 })
    expect(await client.publish('a', 'x', { qos: 1 })).toBe(reasonCodes.notAuthorized)
    await instance.change({ authorization: true, policies: [everything] })
    expect(await client.publish('a', 'x', { qos: 1 })).not.toBe(reasonCodes.notAuthorized)
  })
})
