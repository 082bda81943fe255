import { topicMatchesFilter } from '@parley/mqtt-wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FilterTree } from '../src/broker/filter-tree.js'
import { RetainedMessages } from '../src/store/retained-messages.js'
import { messageTo } from './support/session-store-tests.js'

const level = fc.constantFrom('', 'a', 'b', '$x', 'long')
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'))
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, rest]) => (rest ? [...levels.slice(1), '#'] : levels).join('/'))

/** What each filter finds when all are followed in one pass. */
function findAll(tree: RetainedMessages, filters: string[]): string[][] {
  const asked = new FilterTree<number>()
  for (const [at, text] of filters.entries()) asked.add(text, at)
  const topics: string[][] = filters.map(() => [])
  for (const found of tree.matching(asked)) {
    for (const at of found?.values ?? []) topics[at]!.push(found!.place.message!.topic)
  }
  return topics
}

function find(tree: RetainedMessages, filter: string): string[] {
  return findAll(tree, [filter])[0]!
}

describe('retained messages in a tree', () => {
  it('are found by exactly the filters that match their topic, oldest first', () => {
    const change = fc.tuple(topic, fc.boolean())
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 30 }),
        fc.array(filter, { maxLength: 8 }),
        (changes, filters) => {
          const tree = new RetainedMessages()
          const expected = new Map<string, unknown>()
          for (const [name, keeps] of changes.filter(([name]) => name !== '')) {
            const message = messageTo(name)
            expected.delete(name)
            if (keeps) {
              tree.set(message)
              expected.set(name, message)
            } else {
              tree.delete(name)
            }
            expect(tree.get(name)).toBe(expected.get(name))
          }
          expect(tree.size).toBe(expected.size)
          const asked = filters.filter((text) => text !== '')
          const topics = asked.map((one) =>
            [...expected.keys()].filter((name) => topicMatchesFilter(one, name))
          )
          expect(asked.map((one) => find(tree, one))).toEqual(topics)
          expect(findAll(tree, asked)).toEqual(topics)
          for (const name of expected.keys()) tree.delete(name)
          expect([tree.size, tree.bytes]).toEqual([0, 0])
        }
      ),
      { numRuns: 1_000 }
    )
  })

  it('are looked for only where a filter leads: a hundred thousand others cost it nothing', () => {
    const tree = new RetainedMessages()
    for (let i = 0; i < 100_000; i++) tree.set(messageTo(`plant/line-${i}/state`))
    const costOf = (asked: string): number => {
      const startedAt = performance.now()
      for (let times = 0; times < 1_000; times++) find(tree, asked)
      return performance.now() - startedAt
    }
    const all = performance.now()
    expect(find(tree, '#')).toHaveLength(100_000)
    const allMs = performance.now() - all
    for (const asked of ['plant/line-7/+', 'plant/line-7/#', '+/line-7/state', 'none/#', '+/none/+/x']) {
      // A thousand lookups cost less than looking once at all.
      expect(Math.min(costOf(asked), costOf(asked), costOf(asked)), asked).toBeLessThan(allMs)
    }
  })

  it('cost many filters of one pass no more than one', () => {
    const tree = new RetainedMessages()
    for (let i = 0; i < 1_000; i++) tree.set(messageTo(`plant/line-${i}/state`))
    const asked = new FilterTree<number>()
    for (let at = 0; at < 500; at++) asked.add(`plant/+/none-${at}`, at)
    // Each level of each topic once.
    expect([...tree.matching(asked)]).toHaveLength(1 + 2 * 1_000)
  })

  it('are all found by a walk during which others come and go, and it ends', () => {
    const tree = new RetainedMessages()
    const topics = Array.from({ length: 3_000 }, (_, i) => `plant/line-${i}/state`)
    for (const name of topics) tree.set(messageTo(name, 'old'))
    const asked = new FilterTree<true>()
    asked.add('plant/#', true)
    const found = new Map<string, string>()
    let steps = 0
    for (const match of tree.matching(asked)) {
      const name = topics[steps++ % 1_000]!
      tree.delete(name)
      tree.set(messageTo(name, 'new'))
      if (match) found.set(match.place.message!.topic, `${match.place.message!.payload}`)
    }
    // Who walks is subscribed already: what has gone and come since reaches it as it is published.
    for (const name of topics.slice(1_000)) expect(found.get(name)).toBe('old')
    expect(steps).toBeLessThan(4 * topics.length)
  })
})
