import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos, levels } from '../../support/versions.js'
import { expectClosed } from '../support/closed-without-a-word.js'
import { keptSession } from '../support/kept-session.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { packet, text } from '../support/wire.js'

const acknowledged = atLevelsBefore5(([1, 2] as const).map((qos) => ({ qos })))
const atAllQos = atLevelsBefore5(allQos.map((qos) => ({ qos })))
const dup = 0x08

statement('MQTT-3.3.1-1', 'A PUBLISH that is sent again has DUP.', () => {
  it.each(acknowledged)('to level $level at QoS $qos, and had none at first', async ({ level, qos }) => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(level))
    await first.subscribe('a', qos)
    await (await instance.connect()).publish('a', 'x', { qos })
    const { packetId, dup } = await first.next('publish')
    expect(dup).toBe(false)
    let connection = first
    for (let time = 0; time < 2; time++) {
      await connection.destroy()
      connection = await instance.connect(keptSession(level))
      expect(await connection.next('publish')).toMatchObject({ packetId, qos, dup: true })
      await connection.expectNothing()
    }
  })
})

statement('MQTT-3.3.1-2', 'A PUBLISH at QoS 0 has no DUP.', () => {
  it('one with it closes the connection', async () => {
    for (const firstByte of ['38', '39']) {
      await expectClosed(4, packet(firstByte, `${text('quiet/place')}ff`))
    }
  })

  it.each(atAllQos)('none is delivered to level $level of a PUBLISH at QoS $qos', async ({ level, qos }) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', 0)
    const publisher = await instance.connect()
    const delivered = nextBytes(client)
    publisher.sendPublish('a', 'x', { qos, dup: qos > 0 })
    expect(await delivered).toBe('300400016178')
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

  it.each(acknowledged)(
    'what came to level $level without, at QoS $qos, has it when it is sent again',
    async ({ level, qos }) => {
      const instance = await startInstance()
      const first = await instance.connect(keptSession(level))
      await first.subscribe('a', qos)
      await (await instance.connect()).publish('a', 'x', { qos, dup: false })
      await first.next('publish')
      await first.destroy()
      const second = await instance.connect(keptSession(level))
      expect(await second.next('publish')).toMatchObject({ dup: true })
    }
  )
})

statement('MQTT-3.3.1-4', 'A PUBLISH with both QoS bits ends the connection.', () => {
  it.each(levelsBefore5)('of level %i', async (level) => {
    for (const firstByte of [0x36, 0x37, 0x36 | dup, 0x37 | dup]) {
      await expectClosed(level, packet(firstByte.toString(16), `${text('quiet/place')} 0001 ff`))
    }
  })
})

statement('MQTT-3.3.1-5', 'A PUBLISH with RETAIN is kept with its QoS for later subscribers.', () => {
  it.each(atAllQos)('from level $level at QoS $qos', async ({ level, qos }) => {
    const instance = await startInstance()
    const publisher = await instance.connect({ level })
    await publisher.publish('a', 'kept', { qos, retain: true })
    await publisher.disconnect()
    for (const to of levelsBefore5) {
      for (const granted of allQos) {
        const later = await instance.connect({ level: to })
        await later.subscribe('a', granted)
        const expected = { topic: 'a', qos: Math.min(qos, granted), payload: Buffer.from('kept') }
        expect(await later.receive()).toMatchObject(expected)
        await later.expectNothing()
        await later.disconnect()
      }
    }
  })
})

statement(
  'MQTT-3.3.1-6',
  'A new subscription gets the last retained message of each topic that it matches.',
  () => {
    it.each(levelsBefore5)('at level %i, of no other topic, after SUBACK', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      for (const topic of ['a', 'a/b', 'a/c', 'b']) {
        for (const payload of ['older', topic]) await client.publish(topic, payload, { qos: 1, retain: true })
      }
      client.sendBytes('8208 0001 0003 612f23 01')
      expect((await client.next()).type).toBe('suback')
      const received = [await client.receive(), await client.receive(), await client.receive()]
      expect(received.map(({ payload }) => payload.toString()).toSorted()).toEqual(['a', 'a/b', 'a/c'])
      await client.expectNothing()
    })
  }
)

statement('MQTT-3.3.1-7', 'A PUBLISH at QoS 0 with RETAIN takes the place of what was retained.', () => {
  it.each(levelsBefore5)('from level %i, and is kept itself', async (level) => {
    const instance = await startInstance()
    const publisher = await instance.connect({ level })
    await publisher.publish('a', 'older', { qos: 2, retain: true })
    await publisher.publish('a', 'newer', { qos: 0, retain: true })
    await publisher.ping()
    const later = await instance.connect({ level })
    await later.subscribe('a', 2)
    expect(await later.receive()).toMatchObject({ qos: 0, retain: true, payload: Buffer.from('newer') })
    await later.expectNothing()
  })
})

statement('MQTT-3.3.1-8', 'What is sent because of a new subscription has RETAIN.', () => {
  it.each(atAllQos)('to level $level at QoS $qos', async ({ level, qos }) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.publish('a', 'kept', { qos, retain: true })
    await client.ping()
    await client.subscribe('+', qos)
    expect(await client.receive()).toMatchObject({ qos, retain: true })
    await client.expectNothing()
  })

  it.each(levelsBefore5)('to level %i also when it is sent again', async (level) => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(level))
    await first.publish('a', 'kept', { qos: 1, retain: true })
    await first.subscribe('a', 1)
    expect(await first.next('publish')).toMatchObject({ retain: true, dup: false })
    await first.destroy()
    const second = await instance.connect(keptSession(level))
    expect(await second.next('publish')).toMatchObject({ retain: true, dup: true })
  })
})

statement('MQTT-3.3.1-9', 'What is sent because of a subscription that is there has no RETAIN.', () => {
  it.each(atAllQos)('to level $level at QoS $qos, however it was published', async ({ level, qos }) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', qos)
    const publisher = await instance.connect()
    for (const retain of [true, false]) {
      await publisher.publish('a', 'x', { qos, retain })
      expect(await client.receive()).toMatchObject({ qos, retain: false })
    }
    await client.expectNothing()
  })

  it.each(levelsBefore5)('to a session of level %i that was away', async (level) => {
    const instance = await startInstance()
    const away = await instance.connect(keptSession(level))
    await away.subscribe('a', 1)
    await away.disconnect()
    await (await instance.connect()).publish('a', 'x', { qos: 1, retain: true })
    const back = await instance.connect(keptSession(level))
    expect((await back.receive()).retain).toBe(false)
    await back.expectNothing()
  })
})

statement('MQTT-3.3.1-10', 'An empty payload with RETAIN removes what is retained and is delivered.', () => {
  it.each(atAllQos)('from level $level at QoS $qos', async ({ level, qos }) => {
    const instance = await startInstance()
    const publisher = await instance.connect({ level })
    for (const topic of ['a', 'b']) await publisher.publish(topic, 'kept', { qos: 1, retain: true })
    const present = await instance.connect({ level })
    await present.subscribe('a', 2)
    await present.receive()
    await publisher.publish('a', '', { qos, retain: true })
    expect(await present.receive()).toMatchObject({ qos, retain: false, payload: Buffer.alloc(0) })
    const later = await instance.connect({ level })
    await later.subscribe('#', 2)
    expect((await later.receive()).topic).toBe('b')
    await later.expectNothing()
  })
})

statement('MQTT-3.3.1-11', 'An empty payload is not retained.', () => {
  it.each(atAllQos)('from level $level at QoS $qos, where nothing was before', async ({ level, qos }) => {
    const client = await (await startInstance()).connect({ level })
    await client.publish('a', '', { qos, retain: true })
    await client.ping()
    await client.subscribe('a', 2)
    await client.expectNothing()
  })
})

statement(
  'MQTT-3.3.1-12',
  'A PUBLISH without RETAIN is not kept and leaves what is retained as it is.',
  () => {
    it.each(atAllQos)('from level $level at QoS $qos, with a payload or without', async ({ level, qos }) => {
      const instance = await startInstance()
      const publisher = await instance.connect({ level })
      await publisher.publish('a', 'kept', { qos: 1, retain: true })
      for (const topic of ['a', 'b']) {
        for (const payload of ['not kept', '']) await publisher.publish(topic, payload, { qos })
      }
      await publisher.ping()
      const later = await instance.connect({ level })
      await later.subscribe('#', 2)
      expect(await later.receive()).toMatchObject({ topic: 'a', payload: Buffer.from('kept') })
      await later.expectNothing()
    })
  }
)
