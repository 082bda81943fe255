import { type Qos, reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos, levels, refusedAs } from '../../support/versions.js'
import { noTest, statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'

/** No client may subscribe to it. */
const internalFilter = '$parley/inbox/1'

statement('MQTT-3.8.4-1', 'A SUBSCRIBE is answered with a SUBACK.', () => {
  it.each(levels)('to level %i, once', async (level) => {
    const client = await (await startInstance()).connect({ level })
    client.sendBytes(subscriptionPacket('82', level, '0001 61 01'))
    expect((await client.next()).type).toBe('suback')
    await client.expectNothing()
  })

  it.each(levels)('to level %i also when it is refused', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const refused = refusedAs(level, reasonCodes.notAuthorized, 0)
    expect((await client.subscribe(internalFilter)).reasonCodes).toEqual([refused])
    await client.expectNothing()
  })
})

noTest('MQTT-3.8.4-2', 'SUBACK has the packet id of its SUBSCRIBE.', 'shown by [MQTT-2.2.1-6]')

statement('MQTT-3.8.4-3', 'A SUBSCRIBE to a filter that the session has replaces that subscription.', () => {
  it.each(levels)('of level %i: there is one copy, at the newer QoS', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    const publisher = await instance.connect()
    for (const qos of [2, 0, 1] as const) {
      await client.subscribe('a/+', qos)
      await publisher.publish('a/b', 'x', { qos: 2 })
      expect((await client.receive()).qos).toBe(qos)
      await client.expectNothing()
    }
  })

  it('of 5.0: options and identifier are those of the newer one', async () => {
    const client = await (await startInstance()).connect({ level: 5 })
    await client.subscribe('a', 1, { identifier: 7, noLocal: true })
    await client.subscribe('a', 1)
    await client.publish('a', 'x', { qos: 1 })
    expect((await client.receive()).properties?.subscriptionIdentifiers).toBeUndefined()
    await client.subscribe('a', 1, { identifier: 9 })
    await client.publish('a', 'x', { qos: 1 })
    expect((await client.receive()).properties?.subscriptionIdentifiers).toEqual([9])
    await client.expectNothing()
  })

  it.each(levels)(
    'of level %i: another filter that matches the same is another subscription',
    async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      await client.subscribe('a', 1)
      await client.subscribe('+', 1)
      await client.unsubscribe('+')
      const publisher = await instance.connect()
      await publisher.publish('a', 'x', { qos: 1 })
      await client.receive()
      await client.expectNothing()
    }
  )
})

statement(
  'MQTT-3.8.4-4',
  'A replaced subscription gets the retained messages again and loses no message.',
  () => {
    it.each(levels)('of level %i: all retained messages come again', async (level) => {
      const instance = await startInstance()
      const publisher = await instance.connect()
      for (const topic of ['a/1', 'a/2']) await publisher.publish(topic, 'x', { qos: 1, retain: true })
      const client = await instance.connect({ level })
      for (let time = 0; time < 2; time++) {
        await client.subscribe('a/+', 1)
        const received = [await client.receive(), await client.receive()]
        expect(received.map(({ topic }) => topic).sort()).toEqual(['a/1', 'a/2'])
        for (const packet of received) expect(packet.retain).toBe(true)
        await client.expectNothing()
      }
    })

    it.each([1, 2] as const)('of 5.0: not with Retain Handling %i', async (retainHandling) => {
      const instance = await startInstance()
      const client = await instance.connect({ level: 5 })
      await client.publish('a', 'x', { retain: true })
      await client.subscribe('a', 0)
      await client.next('publish')
      await client.subscribe('a', 1, { retainHandling })
      await client.expectNothing()
    })

    it.each(levels)('of level %i: all messages come that are published meanwhile', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level, autoAck: true })
      await client.subscribe('a', 1)
      const publisher = await instance.connect()
      const numbers = Array.from({ length: 100 }, (_, number) => `${number}`)
      for (const number of numbers) {
        publisher.sendPublish('a', number, { qos: 1 })
        if (Number(number) % 5 === 0) await client.subscribe('a', 1)
      }
      const received: string[] = []
      for (const _ of numbers) received.push((await client.receive()).payload.toString())
      expect(received).toEqual(numbers)
      await client.expectNothing()
    })
  }
)

statement(
  'MQTT-3.8.4-5',
  'Filters in one SUBSCRIBE count like a SUBSCRIBE each, answered with one SUBACK.',
  () => {
    it.each(levels)('of level %i: each gets its own QoS, a repeated one its last', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      client.sendBytes(subscriptionPacket('82', level, '0001 61 00  0001 62 02  0001 61 01'))
      expect(await client.next()).toMatchObject({ type: 'suback', packetId: 1, reasonCodes: [0, 2, 1] })
      const publisher = await instance.connect()
      for (const topic of ['a', 'b']) await publisher.publish(topic, 'x', { qos: 2 })
      expect(await client.receive()).toMatchObject({ topic: 'a', qos: 1 })
      expect(await client.receive()).toMatchObject({ topic: 'b', qos: 2 })
      await client.expectNothing()
    })

    it.each(levels)('of level %i: each gets its retained messages', async (level) => {
      const client = await (await startInstance()).connect({ level })
      await client.publish('a', 'x', { qos: 1, retain: true })
      await client.subscribe(['a', '#'], 1)
      for (let filter = 0; filter < 2; filter++) {
        expect(await client.receive()).toMatchObject({ topic: 'a', retain: true })
      }
      await client.expectNothing()
    })

    it('of 5.0: a repeated one is not new, so that Retain Handling 1 sends nothing for it', async () => {
      const client = await (await startInstance()).connect({ level: 5 })
      await client.publish('a', 'x', { qos: 1, retain: true })
      await client.subscribe(['a', 'a'], 1, { retainHandling: 1 })
      await client.receive()
      await client.expectNothing()
    })
  }
)

statement('MQTT-3.8.4-6', 'SUBACK has a reason code for each filter.', () => {
  it.each(levels)('to level %i, refused ones included', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const filters = ['a', internalFilter, '#', 'a']
    const refused = refusedAs(level, reasonCodes.notAuthorized, 1)
    expect((await client.subscribe(filters, 1)).reasonCodes).toEqual([1, refused, 1, 1])
    await client.expectNothing()
  })
})

statement('MQTT-3.8.4-7', 'The reason code is the granted QoS or says that the subscription failed.', () => {
  const requested = levels.flatMap((level) => allQos.map((qos) => ({ level, qos })))
  it.each(requested)('QoS $qos is granted to level $level as it is asked for', async ({ level, qos }) => {
    const client = await (await startInstance()).connect({ level })
    expect((await client.subscribe('a', qos)).reasonCodes).toEqual([qos])
  })

  it.each(levels)('a failed subscription of level %i gets nothing', async (level) => {
    const instance = await startInstance({ limits: { topicLevelsMax: 2 } })
    const client = await instance.connect({ level })
    const failed = refusedAs(level, reasonCodes.topicFilterInvalid, 1)
    expect((await client.subscribe('a/+/c', 1)).reasonCodes).toEqual([failed])
    const publisher = await instance.connect()
    for (const topic of ['a', 'a/b']) await publisher.publish(topic, 'x', { qos: 1 })
    await client.expectNothing()
  })
})

statement('MQTT-3.8.4-8', 'A message is sent at the lower one of its QoS and the granted QoS.', () => {
  const pairs = levels.flatMap((level) =>
    allQos.flatMap((published) => allQos.map((granted) => ({ level, published, granted })))
  )
  it.each(pairs)(
    'to level $level: published at $published, granted $granted',
    async ({ level, published, granted }) => {
      const instance = await startInstance()
      const publisher = await instance.connect()
      await publisher.publish('a', 'retained', { qos: published, retain: true })
      const client = await instance.connect({ level })
      await client.subscribe('a', granted)
      await publisher.publish('a', 'live', { qos: published })
      const qos = Math.min(published, granted) as Qos
      expect(await client.receive()).toMatchObject({ qos, payload: Buffer.from('retained') })
      expect(await client.receive()).toMatchObject({ qos, payload: Buffer.from('live') })
      await client.expectNothing()
    }
  )
})
