import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { closedFor, told } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'
import { publish, text } from '../support/wire.js'

const { malformedPacket } = reasonCodes

statement('MQTT-4.7.3-1', 'Topic names and filters have at least one character.', () => {
  it.each(levels)('an empty topic name closes a connection of level %i', async (level) => {
    expect(await closedFor(level, publish(level, text('')))).toBe(told(level, malformedPacket))
  })

  it.each(levels)('an empty filter closes a connection of level %i', async (level) => {
    const malformed = told(level, malformedPacket)
    expect(await closedFor(level, subscriptionPacket('82', level, '0000 00'))).toBe(malformed)
    expect(await closedFor(level, subscriptionPacket('a2', level, '0000'))).toBe(malformed)
  })

  it.each(levels)('one character is enough for level %i, also a space or a /', async (level) => {
    const client = await (await startInstance()).connect({ level })
    for (const topic of ['a', ' ', '/']) {
      await client.subscribe(topic)
      await client.publish(topic, 'x')
      expect((await client.next('publish')).topic).toBe(topic)
    }
    await client.expectNothing()
  })
})

statement('MQTT-4.7.3-2', 'Topic names and filters have no U+0000.', () => {
  it.each(levels)('one in a topic name closes a connection of level %i', async (level) => {
    for (const topic of ['\0', 'a\0', 'a/\0/b']) {
      expect(await closedFor(level, publish(level, text(topic)))).toBe(told(level, malformedPacket))
    }
  })

  it.each(levels)('one in a filter closes a connection of level %i', async (level) => {
    for (const filter of ['\0', 'a/\0', '\0/#']) {
      const malformed = told(level, malformedPacket)
      expect(await closedFor(level, subscriptionPacket('82', level, `${text(filter)}00`))).toBe(malformed)
      expect(await closedFor(level, subscriptionPacket('a2', level, text(filter)))).toBe(malformed)
    }
  })
})

statement('MQTT-4.7.3-3', 'Topic names and filters have at most 65,535 bytes.', () => {
  const longest = [
    { what: 'letters', topic: 'x'.repeat(65_535) },
    { what: 'characters of three bytes', topic: '温'.repeat(21_845) }
  ].flatMap((each) => levels.map((level) => ({ ...each, level })))
  it.each(longest)('as many are a topic of level $level: $what', async ({ level, topic }) => {
    const client = await (await startInstance()).connect({ level })
    expect((await client.subscribe([topic, '+'], 1)).reasonCodes).toEqual([1, 1])
    await client.publish(topic, 'x', { qos: 1 })
    expect((await client.receive()).topic).toBe(topic)
    await client.expectNothing()
    await client.unsubscribe(topic, '+')
    await client.publish(topic, 'x', { qos: 1 })
    await client.expectNothing()
  })
})

statement(
  'MQTT-4.7.3-4',
  'Topics are compared as they are, without normalizing or replacing a character.',
  () => {
    const pairs = [
      { filter: 'é', topic: 'e\u0301' },
      { filter: 'a', topic: 'A' },
      { filter: 'a', topic: '\uff41' },
      { filter: 'a/b', topic: 'a//b' },
      { filter: 'a', topic: 'a/' },
      { filter: 'a', topic: '/a' },
      { filter: 'a', topic: 'a ' },
      { filter: 'a/b', topic: 'a/./b' },
      { filter: 'a/b', topic: 'a%2Fb' },
      { filter: 'a', topic: '\ufeffa' },
      { filter: '\ufffd', topic: '\ue000' }
    ].flatMap((each) => levels.map((level) => ({ ...each, level })))
    it.each(pairs)('of level $level: "$filter" is not "$topic"', async ({ level, filter, topic }) => {
      const instance = await startInstance()
      const [first, second] = [await instance.connect({ level }), await instance.connect({ level })]
      await first.subscribe(filter)
      await second.subscribe(topic)
      const publisher = await instance.connect()
      await publisher.publish(filter, 'x')
      await publisher.publish(topic, 'y')
      expect(await first.next('publish')).toMatchObject({ topic: filter, payload: Buffer.from('x') })
      expect(await second.next('publish')).toMatchObject({ topic, payload: Buffer.from('y') })
      await first.expectNothing()
      await second.expectNothing()
    })
  }
)
