import { reasonCodes } from '@parley/mqtt-wire'
import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'
import { allQos, levels, refusedAs } from './support/versions.js'

const pairs = levels.flatMap((from) => levels.map((to) => ({ from, to })))

describe.each(pairs)('from level $from to level $to', ({ from, to }) => {
  it.each(allQos)('delivers at QoS %i, complete on both sides', async (qos) => {
    const instance = await startInstance()
    const subscriber = await instance.connect({ level: to })
    expect((await subscriber.subscribe('a/b', qos)).reasonCodes).toEqual([qos])
    const publisher = await instance.connect({ level: from })
    expect(await publisher.publish('a/b', 'hello', { qos })).toBe(0)
    const packet = await subscriber.receive()
    expect(packet).toMatchObject({ topic: 'a/b', qos, retain: false, dup: false })
    expect(packet.payload.toString()).toBe('hello')
    await subscriber.expectNothing()
    await publisher.expectNothing()
    expect(instance.broker.clients[subscriber.clientId]?.session?.inflight.size).toBe(0)
    expect(instance.broker.clients[publisher.clientId]?.session?.received.size).toBe(0)
  })
})

describe('the effective QoS', () => {
  const granted = allQos.flatMap((published) => allQos.map((subscribed) => ({ published, subscribed })))
  it.each(granted)(
    'is the smaller of published $published and granted $subscribed, also for wildcards',
    async (qos) => {
      const instance = await startInstance()
      const publisher = await instance.connect()
      for (const filter of ['a/b', 'a/+', '#']) {
        const subscriber = await instance.connect()
        await subscriber.subscribe(filter, qos.subscribed)
        await publisher.publish('a/b', 'x', { qos: qos.published })
        expect((await subscriber.receive()).qos).toBe(Math.min(qos.published, qos.subscribed))
        await subscriber.disconnect()
      }
    }
  )

  it('is the best of overlapping subscriptions, and there is one copy', async () => {
    const instance = await startInstance()
    const subscriber = await instance.connect()
    await subscriber.subscribe('a/#', 0)
    await subscriber.subscribe('a/+', 2)
    await subscriber.subscribe('a/b', 1)
    const publisher = await instance.connect()
    await publisher.publish('a/b', 'x', { qos: 2 })
    expect((await subscriber.receive()).qos).toBe(2)
    await subscriber.expectNothing()
  })
})

describe('subscriptions', () => {
  it('that overlap give one copy with all their identifiers', async () => {
    const instance = await startInstance()
    const subscriber = await instance.connect({ level: 5 })
    await subscriber.subscribe('a/#', 1, { identifier: 1 })
    await subscriber.subscribe('a/+', 0, { identifier: 268_435_455 })
    await subscriber.subscribe('+/b', 0)
    const publisher = await instance.connect()
    await publisher.publish('a/b', 'x', { qos: 1 })
    const { properties, qos } = await subscriber.receive()
    expect(qos).toBe(1)
    expect(properties?.subscriptionIdentifiers?.toSorted((a, b) => a - b)).toEqual([1, 268_435_455])
    await subscriber.expectNothing()
  })

  it('are replaced by another one to the same filter', async () => {
    const instance = await startInstance()
    const subscriber = await instance.connect({ level: 5 })
    await subscriber.subscribe('a', 2, { identifier: 7 })
    await subscriber.subscribe('a', 0)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos: 2 })
    const packet = await subscriber.next('publish')
    expect(packet.qos).toBe(0)
    expect(packet.properties?.subscriptionIdentifiers).toBeUndefined()
    await subscriber.expectNothing()
  })

  it('end with UNSUBSCRIBE, which says which were there', async () => {
    const instance = await startInstance()
    const subscriber = await instance.connect({ level: 5 })
    await subscriber.subscribe(['a', 'b'], 1)
    expect((await subscriber.unsubscribe('a', 'never')).reasonCodes).toEqual([
      0,
      reasonCodes.noSubscriptionExisted
    ])
    const publisher = await instance.connect({ level: 5 })
    expect(await publisher.publish('a', 'x', { qos: 1 })).toBe(reasonCodes.noMatchingSubscribers)
    await publisher.publish('b', 'y')
    expect((await subscriber.next('publish')).topic).toBe('b')
    await subscriber.expectNothing()
  })

  it.each(levels)('to the internal topics of the service are refused to level %i', async (level) => {
    const subscriber = await (await startInstance()).connect({ level })
    const { reasonCodes: codes } = await subscriber.subscribe('$parley/inbox/1', 1)
    expect(codes).toEqual([refusedAs(level, reasonCodes.notAuthorized, 1)])
  })

  it('with No Local do not get what their own client published, others do', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    const other = await instance.connect({ level: 5 })
    await client.subscribe('a', 1, { noLocal: true })
    await other.subscribe('a', 1, { noLocal: true })
    expect(await client.publish('a', 'mine', { qos: 1 })).toBe(0)
    expect((await other.receive()).payload.toString()).toBe('mine')
    await client.expectNothing()
    await other.publish('a', 'theirs', { qos: 1 })
    expect((await client.receive()).payload.toString()).toBe('theirs')
    await other.expectNothing()
  })

  it('of a kept session with No Local queue nothing of their own client', async () => {
    const instance = await startInstance()
    const properties = { sessionExpiryInterval: 60 }
    const client = await instance.connect({ level: 5, properties })
    await client.subscribe('a', 1, { noLocal: true })
    expect(await client.publish('a', 'mine', { qos: 1 })).toBe(reasonCodes.noMatchingSubscribers)
    await client.expectNothing()
    const other = await instance.connect()
    await other.publish('a', 'theirs', { qos: 1 })
    expect((await client.receive()).payload.toString()).toBe('theirs')
    await client.expectNothing()
  })
})

describe('0x10', () => {
  it.each([1, 2] as const)('tells a v5 publisher at QoS %i that nobody matched', async (qos) => {
    const instance = await startInstance()
    const publisher = await instance.connect({ level: 5 })
    expect(await publisher.publish('a', 'x', { qos })).toBe(reasonCodes.noMatchingSubscribers)
    const subscriber = await instance.connect({ autoAck: true })
    await subscriber.subscribe('a')
    expect(await publisher.publish('a', 'x', { qos })).toBe(0)
  })

  it('is not said to v3 publishers', async () => {
    const publisher = await (await startInstance()).connect({ level: 4 })
    expect(await publisher.publish('a', 'x', { qos: 1 })).toBe(0)
    expect(await publisher.publish('a', 'x', { qos: 2 })).toBe(0)
  })

  it('is not said when the session of an absent client matched', async () => {
    const instance = await startInstance()
    const absent = await instance.connect({ cleanStart: false })
    await absent.subscribe('a', 1)
    await absent.disconnect()
    const publisher = await instance.connect({ level: 5 })
    expect(await publisher.publish('a', 'x', { qos: 1 })).toBe(0)
  })
})

describe('topics that begin with $', () => {
  it.each(levels)(
    'are closed to publishes of level %i, which are acknowledged and counted',
    async (level) => {
      const instance = await startInstance()
      const watcher = await instance.connect()
      await watcher.subscribe(['$SYS/#', '$anything', '#', '+/x'], 2)
      const publisher = await instance.connect({ level })
      const refused = level === 5 ? reasonCodes.notAuthorized : 0
      await publisher.publish('$anything', 'x')
      expect(await publisher.publish('$SYS/x', 'x', { qos: 1 })).toBe(refused)
      expect(await publisher.publish('$anything', 'x', { qos: 2 })).toBe(refused)
      await watcher.expectNothing()
      expect(instance.drops('publish_to_reserved_topic')).toBe(3)
    }
  )

  it('are not matched by filters that begin with a wildcard, and are by name', async () => {
    const instance = await startInstance()
    const wildcard = await instance.connect()
    await wildcard.subscribe(['#', '+/x'], 1)
    const named = await instance.connect()
    await named.subscribe('$SYS/#', 1)
    await new Promise<void>((resolve, reject) => {
      const packet = { cmd: 'publish' as const, topic: '$SYS/x', payload: Buffer.from('news') }
      instance.broker.publish({ ...packet, qos: 0, retain: false, dup: false }, null, (error) =>
        error ? reject(error) : resolve()
      )
    })
    expect((await named.next('publish')).topic).toBe('$SYS/x')
    await wildcard.expectNothing()
  })
})

describe('instances', () => {
  it('never share a message, whatever the topics and the client ids', async () => {
    const instance = await startInstance()
    const neighbour = await instance.plane.instance()
    const there = await neighbour.connect({ clientId: 'twin', cleanStart: false })
    await there.subscribe('#', 2)
    const here = await instance.connect({ clientId: 'twin', cleanStart: false })
    await here.subscribe('a', 1)
    await here.publish('a', 'x', { qos: 1, retain: true })
    expect((await here.receive()).payload.toString()).toBe('x')
    await there.expectNothing()
    await there.subscribe('a', 1)
    await there.expectNothing()
  })
})
