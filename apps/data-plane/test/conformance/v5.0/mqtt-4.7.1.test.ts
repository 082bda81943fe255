import { type ProtocolLevel, reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { closedFor, told } from '../support/closed-connections.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'
import { text } from '../support/wire.js'

interface Filter {
  filter: string
  matching: string[]
  other: string[]
}

function ofAllLevels<T extends object>(cases: T[]): (T & { level: ProtocolLevel })[] {
  return levels.flatMap((level) => cases.map((each) => ({ ...each, level })))
}

/** A subscriber of the filter gets the matching topics, in this order, and no other. */
async function expectMatches({ level, filter, matching, other }: Filter & { level: ProtocolLevel }) {
  const instance = await startInstance()
  const client = await instance.connect({ level })
  expect((await client.subscribe(filter)).reasonCodes).toEqual([0])
  const publisher = await instance.connect()
  for (const topic of [...other, ...matching]) await publisher.publish(topic, 'x')
  for (const topic of matching) expect((await client.next('publish')).topic).toBe(topic)
  await client.expectNothing()
}

/** Neither a subscription nor its end is possible with this filter. */
async function expectRefused(level: ProtocolLevel, filter: string): Promise<void> {
  const malformed = told(level, reasonCodes.malformedPacket)
  expect(await closedFor(level, subscriptionPacket('82', level, `${text(filter)}00`))).toBe(malformed)
  expect(await closedFor(level, subscriptionPacket('a2', level, text(filter)))).toBe(malformed)
}

statement('MQTT-4.7.1-1', '# stands alone or behind a /, and is the last character of its filter.', () => {
  it.each(
    ofAllLevels<Filter>([
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

  it.each(
    ofAllLevels([
      { filter: 'a#' },
      { filter: 'a/b#' },
      { filter: 'a/#/b' },
      { filter: '#/' },
      { filter: '##' }
    ])
  )('level $level: $filter is refused', ({ level, filter }) => expectRefused(level, filter))
})

statement('MQTT-4.7.1-2', '+ stands at any level of a filter, alone in it.', () => {
  it.each(
    ofAllLevels<Filter>([
      { filter: '+', matching: ['a', 'bc'], other: ['/a', 'a/', 'a/b'] },
      { filter: 'a/+', matching: ['a/b', 'a/'], other: ['a', 'a/b/c', 'b/a'] },
      { filter: '/+', matching: ['/a', '/'], other: ['a', '/a/b'] },
      { filter: '+/+', matching: ['/a', 'a/b', '/', 'a/'], other: ['a', 'a/b/c'] },
      { filter: 'a/+/c', matching: ['a/b/c', 'a//c'], other: ['a/c', 'a/b/b/c', 'a/b'] }
    ])
  )('level $level: $filter matches exactly one level', expectMatches)

  it.each(
    ofAllLevels([
      { filter: 'a+' },
      { filter: '+a' },
      { filter: 'a/+b/c' },
      { filter: '++' },
      { filter: '+#' }
    ])
  )('level $level: $filter is refused', ({ level, filter }) => expectRefused(level, filter))
})
