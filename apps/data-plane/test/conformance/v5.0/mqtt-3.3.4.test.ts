import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { bystander, closedFor } from '../support/closed-connections.js'
import { noTest, statement } from '../support/statement.js'
import { publish, text } from '../support/wire.js'

statement('MQTT-3.3.4-1', 'A PUBLISH is answered as its QoS asks for.', () => {
  it.each(levels)('of level %i: nothing, PUBACK, or PUBREC and PUBCOMP', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    client.sendPublish('a', 'x', { qos: 0 })
    await client.expectNothing()
    const packetId = client.sendPublish('a', 'x', { qos: 1 })
    expect(await client.next()).toMatchObject({ type: 'puback', packetId })
    await client.expectNothing()
    const exactlyOnce = client.sendPublish('a', 'x', { qos: 2 })
    expect(await client.next()).toMatchObject({ type: 'pubrec', packetId: exactlyOnce })
    await client.expectNothing()
    client.ack('pubrel', exactlyOnce)
    expect(await client.next()).toMatchObject({ type: 'pubcomp', packetId: exactlyOnce })
    await client.expectNothing()
  })
})

statement(
  'MQTT-3.3.4-2',
  'A message that several subscriptions of a client match comes at the highest QoS of them.',
  () => {
    const orders = [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0]
    ] as const
    it.each(levels)('to level %i, in whatever order they were made', async (level) => {
      const instance = await startInstance()
      const publisher = await instance.connect()
      for (const [first, second, third] of orders) {
        const client = await instance.connect({ level })
        await client.subscribe('a/#', first)
        await client.subscribe('a/+', second)
        await client.subscribe('a/b', third)
        await publisher.publish('a/b', 'x', { qos: 2 })
        expect((await client.receive()).qos).toBe(2)
        await client.expectNothing()
        await client.disconnect()
      }
    })
  }
)

statement('MQTT-3.3.4-3', 'A message carries the identifiers of the subscriptions that it matched.', () => {
  it('of those that have one, as they are now', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    const publisher = await instance.connect()
    const identifiers = async (): Promise<number[] | undefined> => {
      await publisher.publish('a/b', 'x', { qos: 1 })
      return (await client.receive()).properties?.subscriptionIdentifiers?.toSorted(
        (one, other) => one - other
      )
    }
    await client.subscribe('+/b', 1)
    expect(await identifiers()).toBeUndefined()
    await client.subscribe('a/#', 1, { identifier: 7 })
    expect(await identifiers()).toEqual([7])
    await client.subscribe('a/b', 0, { identifier: 268_435_455 })
    expect(await identifiers()).toEqual([7, 268_435_455])
    await client.subscribe('other', 1, { identifier: 3 })
    await client.subscribe('a/#', 1, { identifier: 1 })
    expect(await identifiers()).toEqual([1, 268_435_455])
    await client.subscribe('a/b', 1)
    expect(await identifiers()).toEqual([1])
    await client.unsubscribe('a/#')
    expect(await identifiers()).toBeUndefined()
    await client.expectNothing()
  })
})

statement(
  'MQTT-3.3.4-4',
  'A single copy carries the identifiers of all subscriptions that it matched.',
  () => {
    it.each([0, 1, 2] as const)('at QoS %i, the same one as often as it matched', async (qos) => {
      const instance = await startInstance()
      const client = await instance.connect({ level: 5 })
      await client.subscribe('a/#', qos, { identifier: 5 })
      await client.subscribe('a/+', qos, { identifier: 9 })
      await client.subscribe('a/b', qos, { identifier: 5 })
      const other = await instance.connect({ level: 5 })
      await other.subscribe('a/b', qos, { identifier: 2 })
      const publisher = await instance.connect()
      await publisher.publish('a/b', 'x', { qos })
      const { properties } = await client.receive()
      expect(properties?.subscriptionIdentifiers?.toSorted()).toEqual([5, 5, 9])
      expect((await other.receive()).properties?.subscriptionIdentifiers).toEqual([2])
      await client.expectNothing()
    })
  }
)

statement('MQTT-3.3.4-5', 'Of several copies each carries the identifier of its own subscription.', () => {
  it('the copy of a shared subscription is one of its own', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.subscribe('$share/group/a', 1, { identifier: 1 })
    await client.subscribe('a', 1, { identifier: 2 })
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos: 1 })
    const copies = [await client.receive(), await client.receive()]
    const identifiers = copies.map(({ properties }) => properties?.subscriptionIdentifiers)
    expect(identifiers.toSorted()).toEqual([[1], [2]])
    await client.expectNothing()
  })
})

statement('MQTT-3.3.4-6', 'A client sends no subscription identifier in a PUBLISH.', () => {
  it('one closes the connection', async () => {
    expect(await closedFor(5, publish(5, text('quiet/place'), '02 0b 01'))).toBe(reasonCodes.protocolError)
  })
})

statement(
  'MQTT-3.3.4-7',
  'A client has no more than Receive Maximum QoS 1 and 2 messages under way to the server.',
  () => {
    it('one more closes its connection; at QoS 0, and refused, they do not count', async () => {
      const instance = await startInstance({ limits: { receiveMaximum: 3 } })
      const stillWell = await bystander(instance)
      const client = await instance.connect({ level: 5 })
      expect(client.connack.properties?.receiveMaximum).toBe(3)
      expect(await client.publish('$SYS/a', 'refused', { qos: 2 })).toBe(reasonCodes.notAuthorized)
      for (let number = 0; number < 3; number++) client.sendPublish('a', 'x', { qos: 2 })
      for (let number = 0; number < 3; number++) await client.next('pubrec')
      await client.publish('a', 'unhurried')
      await client.expectNothing()
      client.sendPublish('a', 'one too many', { qos: 2 })
      expect(await client.closed).toBe(reasonCodes.receiveMaximumExceeded)
      await stillWell()
    })

    it('what is done makes room', async () => {
      const instance = await startInstance({ limits: { receiveMaximum: 1 } })
      const client = await instance.connect({ level: 5 })
      for (let number = 0; number < 5; number++) {
        await client.publish('a', 'x', { qos: 2 })
        await client.publish('a', 'x', { qos: 1 })
      }
      await client.expectNothing()
    })
  }
)

noTest(
  'MQTT-3.3.4-8',
  'A client delays nothing but PUBLISH when Receive Maximum of them are under way.',
  'binds the client'
)

statement(
  'MQTT-3.3.4-9',
  'The server has no more than Receive Maximum QoS 1 and 2 messages under way to a client.',
  () => {
    it.each([1, 2] as const)('at QoS %i the next one comes when one is done', async (qos) => {
      const instance = await startInstance()
      const client = await instance.connect({ level: 5, properties: { receiveMaximum: 2 } })
      await client.subscribe('a', 2)
      const publisher = await instance.connect()
      for (let number = 0; number < 5; number++) await publisher.publish('a', `${number}`, { qos })
      const underWay = [await client.next('publish'), await client.next('publish')]
      await client.expectNothing()
      for (let number = 2; number < 5; number++) {
        await client.acknowledge(underWay.shift()!)
        const next = await client.next('publish')
        expect(next.payload.toString()).toBe(`${number}`)
        underWay.push(next)
        await client.expectNothing()
      }
    })

    it('PUBREC makes room when it refuses, otherwise PUBCOMP does', async () => {
      const instance = await startInstance()
      const client = await instance.connect({ level: 5, properties: { receiveMaximum: 1 } })
      await client.subscribe('a', 2)
      const publisher = await instance.connect()
      for (const payload of ['1', '2', '3']) await publisher.publish('a', payload, { qos: 2 })
      client.ack('pubrec', (await client.next('publish')).packetId, reasonCodes.quotaExceeded)
      const second = await client.next('publish')
      expect(second.payload.toString()).toBe('2')
      client.ack('pubrec', second.packetId)
      await client.next('pubrel')
      await client.expectNothing()
      client.ack('pubcomp', second.packetId)
      expect((await client.receive()).payload.toString()).toBe('3')
      await client.expectNothing()
    })

    it('what is sent again after a reconnect counts as well', async () => {
      const instance = await startInstance()
      const properties = { sessionExpiryInterval: 60, receiveMaximum: 3 }
      const me = { level: 5, clientId: 'me', cleanStart: false } as const
      const first = await instance.connect({ ...me, properties })
      await first.subscribe('a', 1)
      const publisher = await instance.connect()
      for (let number = 0; number < 5; number++) await publisher.publish('a', `${number}`, { qos: 1 })
      for (let number = 0; number < 3; number++) await first.next('publish')
      await first.destroy()
      const again = await instance.connect({ ...me, properties: { ...properties, receiveMaximum: 1 } })
      for (let number = 0; number < 5; number++) {
        const next = await again.next('publish')
        expect(next.payload.toString()).toBe(`${number}`)
        await again.expectNothing()
        await again.acknowledge(next)
      }
    })
  }
)

statement(
  'MQTT-3.3.4-10',
  'The server delays nothing but PUBLISH when Receive Maximum of them are under way.',
  () => {
    it('every other packet comes', async () => {
      const instance = await startInstance()
      const client = await instance.connect({ level: 5, properties: { receiveMaximum: 1 } })
      await client.subscribe('a', 1)
      const publisher = await instance.connect()
      for (const payload of ['under way', 'waiting']) await publisher.publish('a', payload, { qos: 1 })
      const underWay = await client.next('publish')
      await client.ping()
      expect((await client.subscribe('b', 1)).reasonCodes).toEqual([1])
      expect(await client.publish('c', 'x', { qos: 1 })).toBe(reasonCodes.noMatchingSubscribers)
      expect(await client.publish('c', 'x', { qos: 2 })).toBe(reasonCodes.noMatchingSubscribers)
      expect((await client.unsubscribe('b')).reasonCodes).toEqual([0])
      await client.expectNothing()
      await client.acknowledge(underWay)
      expect((await client.receive()).payload.toString()).toBe('waiting')
    })
  }
)
