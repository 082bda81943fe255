import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { expectClosed, expectNotAnswered } from '../support/closed-without-a-word.js'
import { atLevelsBefore5, type LevelBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'
import { connect, text, will } from '../support/wire.js'

interface Filter {
  filter: string
  matching: string[]
  other: string[]
}

/** A subscriber of the filter gets the matching topics, in this order, and no other. */
async function expectMatches({ level, filter, matching, other }: Filter & { level: LevelBefore5 }) {
  const instance = await startInstance()
  const client = await instance.connect({ level })
  expect((await client.subscribe(filter)).reasonCodes).toEqual([0])
  const publisher = await instance.connect({ level })
  for (const topic of [...other, ...matching]) await publisher.publish(topic, 'x')
  for (const topic of matching) expect((await client.next('publish')).topic).toBe(topic)
  await client.expectNothing()
}

/** Neither a subscription nor its end is possible with this filter. */
async function expectRefused(level: LevelBefore5, filter: string): Promise<void> {
  await expectClosed(level, subscriptionPacket('82', level, `${text(filter)}00`))
  await expectClosed(level, subscriptionPacket('a2', level, text(filter)))
}

statement('MQTT-4.7.1-1', 'Wildcards are for topic filters, not for topic names.', () => {
  it.each(levelsBefore5)('a will of level %i to a topic with one is not answered', async (level) => {
    for (const topic of ['#', '+', 'wills/#', 'wills/+', 'wills+']) {
      const payload = text('me') + will(level, text(topic))
      await expectNotAnswered(connect({ level, flags: '06', payload }))
    }
  })
})

statement('MQTT-4.7.1-2', '# stands alone or behind a /, and is the last character of its filter.', () => {
  it.each(
    atLevelsBefore5<Filter>([
      { filter: '#', matching: ['a', '/', 'a/b', '/a'], other: [] },
      {
        filter: 'a/b/#',
        matching: ['a/b', 'a/b/', 'a/b/c', 'a/b/c/d'],
        other: ['a', 'a/bc', 'b/a/b', '/a/b']
      },
      { filter: '/#', matching: ['/', '/a', '//', '/a/b'], other: ['a', 'a/b'] },
      { filter: '+/b/#', matching: ['a/b', '/b/c', 'a/b/c/d'], other: ['b', 'a/a/b'] }
    ])
  )('level $level: $filter matches its level and all below', expectMatches)

  const wrong = ['a#', 'a/b#', 'a/#/b', '#/', '##', '#a', '/#/']
  it.each(atLevelsBefore5(wrong.map((filter) => ({ filter }))))(
    'level $level: $filter is refused',
    ({ level, filter }) => expectRefused(level, filter)
  )
})

statement('MQTT-4.7.1-3', '+ stands at any level of a filter, alone in it.', () => {
  it.each(
    atLevelsBefore5<Filter>([
      { filter: '+', matching: ['a', 'bc'], other: ['/a', 'a/', 'a/b'] },
      { filter: 'a/+', matching: ['a/b', 'a/'], other: ['a', 'a/b/c', 'b/a'] },
      { filter: '/+', matching: ['/a', '/'], other: ['a', '/a/b'] },
      { filter: '+/+', matching: ['/a', 'a/b', '/', 'a/'], other: ['a', 'a/b/c'] },
      { filter: 'a/+/c', matching: ['a/b/c', 'a//c'], other: ['a/c', 'a/b/b/c', 'a/b'] }
    ])
  )('level $level: $filter matches exactly one level', expectMatches)

  const wrong = ['a+', '+a', 'a/+b/c', '++', '+#', 'a/b+']
  it.each(atLevelsBefore5(wrong.map((filter) => ({ filter }))))(
    'level $level: $filter is refused',
    ({ level, filter }) => expectRefused(level, filter)
  )
})
