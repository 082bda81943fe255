import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos, levels } from '../../support/versions.js'
import { closedFor, told } from '../support/closed-connections.js'
import { keptSession } from '../support/kept-session.js'
import { statement } from '../support/statement.js'
import { packet, text } from '../support/wire.js'

const acknowledged = levels.flatMap((level) => ([1, 2] as const).map((qos) => ({ level, qos })))
const atAllQos = levels.flatMap((level) => allQos.map((qos) => ({ level, qos })))

statement('MQTT-3.3.1-1', 'A PUBLISH that is sent again has DUP.', () => {
  it.each(acknowledged)('to level $level at QoS $qos, and had none at first', async ({ level, qos }) => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(level))
    await first.subscribe('a', qos)
    await (await instance.connect()).publish('a', 'x', { qos })
    const { packetId, dup } = await first.next('publish')
    expect(dup).toBe(false)
    for (let time = 0; time < 2; time++) {
      await first.destroy()
      const again = await instance.connect(keptSession(level))
      expect(await again.next('publish')).toMatchObject({ packetId, qos, dup: true })
      await again.expectNothing()
      await again.destroy()
    }
  })
})

statement('MQTT-3.3.1-2', 'A PUBLISH at QoS 0 has no DUP.', () => {
  it.each([4, 5] as const)('one with it closes a connection of level %i', async (level) => {
    const bytes = packet('38', `${text('quiet/place')}${level === 5 ? '00' : ''}ff`)
    expect(await closedFor(level, bytes)).toBe(told(level, reasonCodes.malformedPacket))
  })

  it.each(levels)('none is delivered with it to level %i', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', 0)
    const publisher = await instance.connect()
    for (const qos of allQos) {
      await publisher.publish('a', 'x', { qos, dup: qos > 0 })
      expect(await client.next('publish')).toMatchObject({ qos: 0, dup: false })
    }
    await client.expectNothing()
  })
})

statement('MQTT-3.3.1-3', 'DUP of a delivery says nothing of DUP of the PUBLISH that came in.', () => {
  it.each(acknowledged)(
    'what level $level publishes with DUP at QoS $qos is delivered without',
    async ({ level, qos }) => {
      const instance = await startInstance()
      const subscribers = await Promise.all(levels.map((to) => instance.connect({ level: to })))
      for (const subscriber of subscribers) await subscriber.subscribe('a', qos)
      await (await instance.connect({ level })).publish('a', 'x', { qos, dup: true })
      for (const subscriber of subscribers) {
        expect(await subscriber.receive()).toMatchObject({ qos, dup: false })
        await subscriber.expectNothing()
      }
    }
  )
})

statement('MQTT-3.3.1-4', 'No PUBLISH has both QoS bits.', () => {
  it.each(levels)('one that has closes a connection of level %i', async (level) => {
    for (const firstByte of ['36', '37', '3e', '3f']) {
      const bytes = packet(firstByte, `${text('quiet/place')} 0001 ${level === 5 ? '00' : ''} ff`)
      expect(await closedFor(level, bytes)).toBe(told(level, reasonCodes.malformedPacket))
    }
  })
})

statement(
  'MQTT-3.3.1-5',
  'A PUBLISH with RETAIN is kept for its topic, in the place of the one before.',
  () => {
    it.each(atAllQos)('from level $level at QoS $qos', async ({ level, qos }) => {
      const instance = await startInstance()
      const publisher = await instance.connect({ level })
      await publisher.publish('a', 'of another topic', { qos: 1, retain: true })
      for (const payload of ['first', 'second']) {
        await publisher.publish('a/b', payload, { qos, retain: true })
      }
      await publisher.ping()
      for (const to of levels) {
        const later = await instance.connect({ level: to })
        await later.subscribe('a/b', 2)
        expect(await later.receive()).toMatchObject({ qos, retain: true, payload: Buffer.from('second') })
        await later.expectNothing()
      }
    })
  }
)

statement(
  'MQTT-3.3.1-6',
  'An empty payload with RETAIN removes what is retained; it is delivered as usual.',
  () => {
    it.each(atAllQos)('from level $level at QoS $qos', async ({ level, qos }) => {
      const instance = await startInstance()
      const publisher = await instance.connect({ level })
      await publisher.publish('a', 'kept', { qos: 1, retain: true })
      await publisher.publish('b', 'of another topic', { qos: 1, retain: true })
      const present = await instance.connect()
      await present.subscribe('a', 2)
      await present.receive()
      await publisher.publish('a', '', { qos, retain: true })
      expect(await present.receive()).toMatchObject({ qos, retain: false, payload: Buffer.alloc(0) })
      const later = await instance.connect()
      await later.subscribe('#', 2)
      expect((await later.receive()).topic).toBe('b')
      await later.expectNothing()
    })
  }
)

statement('MQTT-3.3.1-7', 'An empty payload is never retained.', () => {
  it.each(levels)('from level %i, where nothing was before', async (level) => {
    const instance = await startInstance()
    const publisher = await instance.connect({ level })
    await publisher.publish('a', '', { qos: 1, retain: true })
    await publisher.subscribe('a', 1)
    await publisher.expectNothing()
  })
})

statement('MQTT-3.3.1-8', 'A PUBLISH without RETAIN leaves what is retained as it is.', () => {
  it.each(atAllQos)('from level $level at QoS $qos, with a payload or without', async ({ level, qos }) => {
    const instance = await startInstance()
    const publisher = await instance.connect({ level })
    await publisher.publish('a', 'kept', { qos: 1, retain: true })
    for (const topic of ['a', 'b']) {
      for (const payload of ['not kept', '']) await publisher.publish(topic, payload, { qos })
    }
    await publisher.ping()
    const later = await instance.connect()
    await later.subscribe('#', 1)
    expect(await later.receive()).toMatchObject({ topic: 'a', payload: Buffer.from('kept') })
    await later.expectNothing()
  })
})

const retainedTopics = ['a', 'a/b', 'a/c']

statement('MQTT-3.3.1-9', 'With Retain Handling 0 a subscription gets what is retained.', () => {
  it.each(levels)('at level %i, which has no other one before 5.0, each time', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    for (const topic of [...retainedTopics, 'b']) await client.publish(topic, topic, { qos: 1, retain: true })
    for (let time = 0; time < 2; time++) {
      await client.subscribe('a/#', 1)
      const received = [await client.receive(), await client.receive(), await client.receive()]
      expect(received.map(({ topic }) => topic).toSorted()).toEqual(retainedTopics)
      expect(received.every(({ retain }) => retain)).toBe(true)
      await client.expectNothing()
    }
  })
})

statement('MQTT-3.3.1-10', 'With Retain Handling 1 only a new subscription gets what is retained.', () => {
  it('one that ended is new again; one of a session that goes on is not', async () => {
    const instance = await startInstance()
    const client = await instance.connect(keptSession(5))
    for (const topic of retainedTopics) await client.publish(topic, topic, { qos: 1, retain: true })
    const all = async (): Promise<void> => {
      const received = [await client.receive(), await client.receive(), await client.receive()]
      expect(received.map(({ topic }) => topic).toSorted()).toEqual(retainedTopics)
      await client.expectNothing()
    }
    await client.subscribe('a/#', 1, { retainHandling: 1 })
    await all()
    await client.subscribe('a/#', 0, { retainHandling: 1 })
    await client.expectNothing()
    await client.unsubscribe('a/#')
    await client.subscribe('a/#', 1, { retainHandling: 1 })
    await all()
    await client.disconnect()
    const back = await instance.connect(keptSession(5))
    await back.subscribe('a/#', 1, { retainHandling: 1 })
    await back.expectNothing()
  })
})

statement('MQTT-3.3.1-11', 'With Retain Handling 2 a subscription gets nothing that is retained.', () => {
  it('neither a new one nor one again; what is published then it gets', async () => {
    const client = await (await startInstance()).connect({ level: 5 })
    await client.publish('a', 'kept', { qos: 1, retain: true })
    for (let time = 0; time < 2; time++) {
      await client.subscribe('a', 1, { retainHandling: 2 })
      await client.expectNothing()
    }
    await client.publish('a', 'live', { qos: 1 })
    expect((await client.receive()).payload.toString()).toBe('live')
  })
})

statement('MQTT-3.3.1-12', 'Without Retain As Published a message is forwarded without RETAIN.', () => {
  it.each(atAllQos)('to level $level at QoS $qos', async ({ level, qos }) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', qos)
    const publisher = await instance.connect()
    for (const retain of [true, false]) {
      await publisher.publish('a', 'x', { qos, retain })
      expect((await client.receive()).retain).toBe(false)
    }
    await client.expectNothing()
  })
})

statement('MQTT-3.3.1-13', 'With Retain As Published a message is forwarded with its RETAIN.', () => {
  it.each(allQos)('at QoS %i, also out of a queue', async (qos) => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.subscribe('a', qos, { retainAsPublished: true })
    const away = await instance.connect(keptSession(5))
    await away.subscribe('a', 1, { retainAsPublished: true })
    await away.disconnect()
    const publisher = await instance.connect()
    for (const retain of [true, false, true]) {
      await publisher.publish('a', 'x', { qos, retain })
      expect((await client.receive()).retain).toBe(retain)
    }
    await client.expectNothing()
    const back = await instance.connect(keptSession(5))
    for (const retain of qos === 0 ? [] : [true, false, true]) {
      expect((await back.receive()).retain).toBe(retain)
    }
    await back.expectNothing()
  })
})
