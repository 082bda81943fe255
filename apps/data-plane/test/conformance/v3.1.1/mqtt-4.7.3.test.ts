import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { expectClosed } from '../support/closed-without-a-word.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { noTest, statement } from '../support/statement.js'
import { publish, text } from '../support/wire.js'

statement('MQTT-4.7.3-1', 'Topic names and filters have at least one character.', () => {
  it.each(levelsBefore5)('an empty one closes a connection of level %i', async (level) => {
    await expectClosed(level, publish(level, text('')))
    await expectClosed(level, '8205 0001 0000 00')
    await expectClosed(level, 'a204 0001 0000')
  })

  it.each(levelsBefore5)('one character is enough for level %i, also a blank or a /', async (level) => {
    const client = await (await startInstance()).connect({ level })
    for (const topic of ['a', ' ', '/']) {
      await client.subscribe(topic)
      await client.publish(topic, 'x')
      expect((await client.next('publish')).topic).toBe(topic)
    }
    await client.expectNothing()
  })
})

noTest('MQTT-4.7.3-2', 'Topic names and filters have no U+0000.', 'shown by [MQTT-1.5.3-2]')

statement('MQTT-4.7.3-3', 'Topic names and filters have at most 65,535 bytes.', () => {
  const longest = atLevelsBefore5([
    { what: 'letters', topic: 'x'.repeat(65_535) },
    { what: 'characters of three bytes', topic: '温'.repeat(21_845) }
  ])
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

statement('MQTT-4.7.3-4', 'Topics are compared as they are: nothing is normalized or replaced.', () => {
  const pairs = atLevelsBefore5([
    { filter: 'é', topic: 'e\u0301' },
    { filter: 'a', topic: 'A' },
    { filter: 'a', topic: '\uff41' },
    { filter: 'a/b', topic: 'a//b' },
    { filter: 'a', topic: 'a/' },
    { filter: 'a', topic: '/a' },
    { filter: 'a', topic: 'a ' },
    { filter: 'a/b', topic: 'a/./b' },
    { filter: 'a/b', topic: 'a%2Fb' },
    { filter: '\ufffd', topic: '\ue000' }
  ])
  it.each(pairs)('of level $level: "$filter" is not "$topic"', async ({ level, filter, topic }) => {
    const instance = await startInstance()
    const [first, second] = [await instance.connect({ level }), await instance.connect({ level })]
    await first.subscribe(filter)
    await second.subscribe(topic)
    const publisher = await instance.connect({ level })
    for (const each of [filter, topic]) await publisher.publish(each, each)
    expect(await first.next('publish')).toMatchObject({ topic: filter, payload: Buffer.from(filter) })
    expect(await second.next('publish')).toMatchObject({ topic, payload: Buffer.from(topic) })
    await first.expectNothing()
    await second.expectNothing()
  })
})
