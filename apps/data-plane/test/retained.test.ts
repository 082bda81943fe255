import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'
import { levels } from './support/versions.js'

describe('a retained message', () => {
  it.each(levels)('reaches later subscribers of level %i, marked as retained', async (level) => {
    const instance = await startInstance()
    const publisher = await instance.connect()
    await publisher.publish('a/b', 'kept', { qos: 1, retain: true })
    const subscriber = await instance.connect({ level })
    expect((await subscriber.subscribe('a/+', 2)).reasonCodes).toEqual([2])
    const packet = await subscriber.receive()
    expect(packet).toMatchObject({ topic: 'a/b', retain: true, qos: 1 })
    expect(packet.payload.toString()).toBe('kept')
    await subscriber.expectNothing()
  })

  it('comes after SUBACK', async () => {
    const instance = await startInstance()
    const client = await instance.connect()
    await client.publish('a', 'kept', { retain: true })
    client.send({
      type: 'subscribe',
      packetId: 1,
      subscriptions: [
        { topicFilter: 'a', qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 }
      ],
      subscriptionIdentifier: undefined
    })
    expect((await client.next()).type).toBe('suback')
    expect((await client.next()).type).toBe('publish')
  })

  it('is replaced by the next one', async () => {
    const instance = await startInstance()
    const client = await instance.connect()
    await client.publish('a', 'old', { retain: true })
    await client.publish('a', 'new', { qos: 1, retain: true })
    await client.publish('a', 'not kept', { qos: 1 })
    await client.subscribe('#', 1)
    expect((await client.receive()).payload.toString()).toBe('new')
    await client.expectNothing()
  })

  it('is removed by an empty payload, which subscribers get as an ordinary message', async () => {
    const instance = await startInstance()
    const client = await instance.connect()
    await client.publish('a', 'kept', { qos: 1, retain: true })
    await client.subscribe('a', 1)
    await client.receive()
    await client.publish('a', '', { qos: 1, retain: true })
    expect(await client.receive()).toMatchObject({ retain: false, payload: Buffer.alloc(0) })
    const later = await instance.connect()
    await later.subscribe('a', 1)
    await later.expectNothing()
    expect([...instance.broker.store.retained('#')]).toEqual([])
  })

  it.each([0, 1] as const)('reaches present subscribers at QoS %i without the retain flag', async (qos) => {
    const instance = await startInstance()
    const plain = await instance.connect({ level: 5 })
    await plain.subscribe('a', qos)
    const asPublished = await instance.connect({ level: 5 })
    await asPublished.subscribe('a', qos, { retainAsPublished: true })
    await plain.publish('a', 'x', { qos, retain: true })
    expect((await plain.receive()).retain).toBe(false)
    expect((await asPublished.receive()).retain).toBe(true)
    await plain.publish('a', 'y', { qos })
    expect((await asPublished.receive()).retain).toBe(false)
  })

  it('is sent as Retain Handling says: 0 always, 1 for a new subscription, 2 never', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.publish('a', 'kept', { qos: 1, retain: true })
    await client.subscribe('a', 1, { retainHandling: 2 })
    await client.expectNothing()
    await client.subscribe('a', 1, { retainHandling: 1 })
    await client.expectNothing()
    await client.subscribe('a', 1, { retainHandling: 0 })
    expect((await client.receive()).retain).toBe(true)
    await client.unsubscribe('a')
    await client.subscribe('a', 1, { retainHandling: 1 })
    expect((await client.receive()).retain).toBe(true)
    await client.expectNothing()
  })

  it('keeps its properties, and its expiry goes on', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    const properties = {
      messageExpiryInterval: 100,
      contentType: 'text/plain',
      correlationData: Buffer.from([0xff, 0]),
      userProperties: [{ key: 'k', value: 'v' }]
    }
    await client.publish('a', 'kept', { qos: 1, retain: true, properties })
    await client.subscribe('a', 1, { identifier: 9 })
    const packet = await client.receive()
    expect(packet.properties).toEqual({ ...properties, subscriptionIdentifiers: [9] })
  })

  it('is not sent after its expiry', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.publish('a', 'kept', { retain: true, properties: { messageExpiryInterval: 0 } })
    await client.ping()
    await client.subscribe('a', 1)
    await client.expectNothing()
  })

  it('of the client itself is not sent to its No Local subscription', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.publish('a', 'mine', { qos: 1, retain: true })
    await client.subscribe('a', 1, { noLocal: true })
    await client.expectNothing()
  })

  it('survives the client that published it', async () => {
    const instance = await startInstance()
    const publisher = await instance.connect()
    await publisher.publish('a', 'kept', { qos: 1, retain: true })
    await publisher.disconnect()
    const subscriber = await instance.connect()
    await subscriber.subscribe('a')
    expect((await subscriber.next('publish')).payload.toString()).toBe('kept')
  })
})
