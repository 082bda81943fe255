import { reasonCodes } from '@parley/mqtt-wire'
import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'
import { allQos } from './support/versions.js'

const everyProperty = {
  payloadFormatIndicator: 1 as const,
  messageExpiryInterval: 3_600,
  contentType: 'application/json',
  responseTopic: 'answers/me',
  correlationData: Buffer.from([0, 1, 0xfe, 0xff]),
  userProperties: [
    { key: 'b', value: '2' },
    { key: 'a', value: '1' },
    { key: 'b', value: '2' },
    { key: '', value: '' }
  ]
}

describe('the properties of a message', () => {
  it.each(allQos)('reach a v5 subscriber at QoS %i, user properties in order', async (qos) => {
    const instance = await startInstance()
    const subscriber = await instance.connect({ level: 5 })
    await subscriber.subscribe('a', qos)
    const publisher = await instance.connect({ level: 5 })
    await publisher.publish('a', 'x', { qos, properties: everyProperty })
    expect((await subscriber.receive()).properties).toEqual(everyProperty)
  })

  it('reach each of several subscribers the same', async () => {
    const instance = await startInstance()
    const subscribers = await Promise.all([1, 2, 3].map(() => instance.connect({ level: 5 })))
    for (const subscriber of subscribers) await subscriber.subscribe('a')
    const { messageExpiryInterval: _, ...properties } = everyProperty
    await subscribers[0]!.publish('a', 'x', { properties })
    for (const subscriber of subscribers) {
      expect((await subscriber.receive()).properties).toEqual(properties)
    }
  })

  it.each([3, 4] as const)('are never seen by a client of level %i', async (level) => {
    const instance = await startInstance()
    const old = await instance.connect({ level })
    await old.subscribe('a', 1)
    const publisher = await instance.connect({ level: 5 })
    await publisher.publish('a', 'x', { qos: 1, properties: everyProperty })
    await publisher.publish('a', 'y', { properties: everyProperty })
    for (const payload of ['x', 'y']) {
      const packet = await old.receive()
      expect(packet.properties).toBeUndefined()
      expect(packet.payload.toString()).toBe(payload)
    }
  })

  it('survive the queue of an absent client', async () => {
    const instance = await startInstance()
    const me = { level: 5 as const, clientId: 'me', cleanStart: false }
    const away = await instance.connect({ ...me, properties: { sessionExpiryInterval: 60 } })
    await away.subscribe('a', 1)
    await away.disconnect()
    const publisher = await instance.connect({ level: 5 })
    await publisher.publish('a', 'x', { qos: 1, properties: everyProperty })
    const back = await instance.connect(me)
    expect((await back.receive()).properties).toEqual(everyProperty)
  })

  it('are empty for messages without any', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.subscribe('a', 1)
    const old = await instance.connect({ level: 4 })
    await old.publish('a', 'x', { qos: 1 })
    expect((await client.receive()).properties ?? {}).toEqual({})
  })
})

describe('a topic alias', () => {
  it('stands for its topic on that connection, can be set anew, and is not passed on', async () => {
    const instance = await startInstance({ limits: { topicAliasMaximum: 2 } })
    const subscriber = await instance.connect({ level: 5 })
    await subscriber.subscribe('#')
    const publisher = await instance.connect({ level: 5 })
    const properties = { topicAlias: 2 }
    await publisher.publish('first', '1', { properties })
    await publisher.publish('', '2', { properties })
    await publisher.publish('second', '3', { properties })
    await publisher.publish('', '4', { properties, qos: 1 })
    for (const topic of ['first', 'first', 'second', 'second']) {
      const packet = await subscriber.next('publish')
      expect(packet.topic).toBe(topic)
      expect(packet.properties?.topicAlias).toBeUndefined()
    }
  })

  it('above the maximum closes the connection', async () => {
    const client = await (await startInstance({ limits: { topicAliasMaximum: 2 } })).connect({ level: 5 })
    client.sendPublish('a', 'x', { properties: { topicAlias: 3 } })
    expect(await client.closed).toBe(reasonCodes.topicAliasInvalid)
  })

  it('that was never set closes the connection, also when another connection set it', async () => {
    const instance = await startInstance()
    const other = await instance.connect({ level: 5 })
    await other.publish('a', 'x', { qos: 1, properties: { topicAlias: 1 } })
    const client = await instance.connect({ level: 5 })
    client.sendPublish('', 'x', { properties: { topicAlias: 1 } })
    expect(await client.closed).toBe(reasonCodes.protocolError)
    await other.ping()
  })
})

describe('the message expiry', () => {
  it('goes out as what is left of it', async () => {
    const instance = await startInstance({ sessions: 'memory' })
    const me = {
      level: 5 as const,
      clientId: 'me',
      cleanStart: false,
      properties: { sessionExpiryInterval: 9 }
    }
    const away = await instance.connect(me)
    await away.subscribe('a', 1)
    await away.disconnect()
    const publisher = await instance.connect({ level: 5 })
    await publisher.publish('a', 'x', { qos: 1, properties: { messageExpiryInterval: 100 } })
    // As if it had waited for 40 s.
    const { session } = instance.broker.index.match('a').entries[0]!
    const queued = session.queueShift()!
    queued.message.expiresAtMs -= 40_000
    session.queuePush(queued)
    const back = await instance.connect(me)
    expect((await back.receive()).properties?.messageExpiryInterval).toBe(60)
  })

  it('that is over keeps a message from being sent, at every QoS, and is counted', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 4 })
    await client.subscribe('a', 2)
    const publisher = await instance.connect({ level: 5 })
    const properties = { messageExpiryInterval: 0 }
    for (const qos of allQos) await publisher.publish('a', 'too late', { qos, properties })
    await publisher.publish('a', 'in time', { qos: 1 })
    expect((await client.receive()).payload.toString()).toBe('in time')
    await client.expectNothing()
    expect(instance.drops('message_expired')).toBe(3)
  })

  it('that is over in the queue frees its place', async () => {
    const instance = await startInstance()
    const me = { level: 4 as const, clientId: 'me', cleanStart: false }
    const away = await instance.connect(me)
    await away.subscribe('a', 1)
    await away.disconnect()
    const publisher = await instance.connect({ level: 5 })
    await publisher.publish('a', 'too late', { qos: 1, properties: { messageExpiryInterval: 0 } })
    await publisher.publish('a', 'in time', { qos: 1 })
    const back = await instance.connect(me)
    expect((await back.receive()).payload.toString()).toBe('in time')
    await back.expectNothing()
  })
})
