import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos } from '../../support/versions.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { nextBytes } from '../support/next-bytes.js'
import { noTest, statement } from '../support/statement.js'

/** No client may subscribe to it. */
const internalFilter = '$parley/inbox/1'
/** Of 3.1.1: 3.1 has no code for it. */
const failure = 0x80

statement('MQTT-3.8.4-1', 'A SUBSCRIBE is answered with a SUBACK.', () => {
  it.each(levelsBefore5)('to level %i, each one, also of the same filter', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const answer = nextBytes(client)
    client.sendBytes('8206 0001 0001 61 01  8206 0002 0001 61 01')
    expect(await answer).toBe('9003000101' + '9003000201')
    for (let time = 0; time < 2; time++) await client.next('suback')
    await client.expectNothing()
  })

  it('also when it is refused', async () => {
    const client = await (await startInstance()).connect({ level: 4 })
    expect((await client.subscribe(internalFilter)).reasonCodes).toEqual([failure])
    await client.expectNothing()
  })
})

noTest('MQTT-3.8.4-2', 'SUBACK has the packet id of its SUBSCRIBE.', 'shown by [MQTT-2.3.1-7]')

statement(
  'MQTT-3.8.4-3',
  'A SUBSCRIBE to a filter that is there replaces that subscription: retained messages come again, no message is lost.',
  () => {
    it.each(levelsBefore5)('of level %i: there is one copy, at the newer QoS', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      const publisher = await instance.connect()
      for (const qos of [2, 0, 1] as const) {
        await client.subscribe('a/+', qos)
        await publisher.publish('a/b', 'x', { qos: 2 })
        expect((await client.receive()).qos).toBe(qos)
        await client.expectNothing()
      }
      await client.unsubscribe('a/+')
      await publisher.publish('a/b', 'x', { qos: 2 })
      await client.expectNothing()
    })

    it.each(levelsBefore5)('of level %i: another filter is another subscription', async (level) => {
      const client = await (await startInstance()).connect({ level })
      for (const filter of ['a', '+', '#']) await client.subscribe(filter, 1)
      await client.unsubscribe('+', '#')
      await client.publish('a', 'x', { qos: 1 })
      await client.receive()
      await client.expectNothing()
    })

    it.each(levelsBefore5)('of level %i: all retained messages come again', async (level) => {
      const client = await (await startInstance()).connect({ level })
      for (const topic of ['a/1', 'a/2']) await client.publish(topic, 'x', { qos: 1, retain: true })
      for (let time = 0; time < 2; time++) {
        await client.subscribe('a/+', 1)
        const received = [await client.receive(), await client.receive()]
        expect(received.map(({ topic }) => topic).toSorted()).toEqual(['a/1', 'a/2'])
        await client.expectNothing()
      }
    })

    it.each(levelsBefore5)('of level %i: what is published meanwhile comes once, in order', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level, autoAck: true })
      await client.subscribe('a', 1)
      const publisher = await instance.connect()
      const numbers = Array.from({ length: 60 }, (_, number) => `${number}`)
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
  'MQTT-3.8.4-4',
  'Filters in one SUBSCRIBE count like a SUBSCRIBE each, answered with one SUBACK.',
  () => {
    it.each(levelsBefore5)(
      'of level %i: each with its own QoS, a repeated one with its last',
      async (level) => {
        const instance = await startInstance()
        const client = await instance.connect({ level })
        client.sendBytes('820e 0001  0001 61 00  0001 62 02  0001 61 01')
        expect(await client.next()).toMatchObject({ type: 'suback', packetId: 1, reasonCodes: [0, 2, 1] })
        const publisher = await instance.connect()
        for (const topic of ['a', 'b']) await publisher.publish(topic, 'x', { qos: 2 })
        expect(await client.receive()).toMatchObject({ topic: 'a', qos: 1 })
        expect(await client.receive()).toMatchObject({ topic: 'b', qos: 2 })
        await client.expectNothing()
      }
    )

    it.each(levelsBefore5)('of level %i: each gets its retained messages', async (level) => {
      const client = await (await startInstance()).connect({ level })
      await client.publish('a', 'x', { qos: 1, retain: true })
      await client.subscribe(['a', '#'], 1)
      for (let filter = 0; filter < 2; filter++) {
        expect(await client.receive()).toMatchObject({ topic: 'a', retain: true })
      }
      await client.expectNothing()
    })
  }
)

statement(
  'MQTT-3.8.4-5',
  'SUBACK has a return code for each filter: the granted QoS, or that the subscription failed.',
  () => {
    it.each(allQos)('of QoS %i', async (qos) => {
      const instance = await startInstance({ limits: { topicLevelsMax: 2 } })
      const client = await instance.connect({ level: 4 })
      const { reasonCodes } = await client.subscribe(['a', internalFilter, 'a/b/c', '#'], qos)
      expect(reasonCodes).toEqual([qos, failure, failure, qos])
      await client.expectNothing()
    })

    it('a failed subscription gets nothing', async () => {
      const instance = await startInstance({ limits: { topicLevelsMax: 2 } })
      const client = await instance.connect({ level: 4 })
      await client.publish('a/b', 'kept', { qos: 1, retain: true })
      expect((await client.subscribe('a/b/#', 1)).reasonCodes).toEqual([failure])
      await client.publish('a/b', 'x', { qos: 1 })
      await client.expectNothing()
    })
  }
)

const qosPairs = atLevelsBefore5(
  allQos.flatMap((published) => allQos.map((granted) => ({ published, granted })))
)

statement('MQTT-3.8.4-6', 'A delivery has the lower QoS of the publish and the subscription.', () => {
  it.each(qosPairs)(
    'published at $published, granted $granted, to level $level',
    async ({ level, published, granted }) => {
      const instance = await startInstance()
      const publisher = await instance.connect({ level })
      await publisher.publish('a', 'kept', { qos: published, retain: true })
      const client = await instance.connect({ level })
      expect((await client.subscribe('+', granted)).reasonCodes).toEqual([granted])
      await publisher.publish('a', 'x', { qos: published })
      const qos = Math.min(published, granted)
      expect(await client.receive()).toMatchObject({ qos, retain: true })
      expect(await client.receive()).toMatchObject({ qos, retain: false })
      await client.expectNothing()
    }
  )
})
