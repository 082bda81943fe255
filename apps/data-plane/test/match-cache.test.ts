import { expect, it } from 'vitest'
import { SubscriptionIndex } from '../src/broker/subscription-index.js'
import { Session } from '../src/session/session.js'

it('remembers matches by what they hold: many topics with many subscribers do not pile up', () => {
  const index = new SubscriptionIndex()
  const subscribers = 5_000
  for (let i = 0; i < subscribers; i++) {
    const subscription = {
      topicFilter: 'b/#',
      qos: 0 as const,
      noLocal: false,
      retainAsPublished: false,
      identifier: undefined
    }
    index.add(new Session(`client-${i}`), subscription)
  }
  const first = index.match('b/0')
  expect(index.match('b/0')).toBe(first)
  // 100,000 entries fit: twenty topics more than fill the cache, and the first is found anew.
  for (let topic = 1; topic <= 20; topic++) index.match(`b/${topic}`)
  expect(index.match('b/0')).not.toBe(first)
  expect(index.match('b/0').entries).toHaveLength(subscribers)
})

it('keeps its matches when nothing was removed', () => {
  const index = new SubscriptionIndex()
  const before = index.match('a')
  index.remove(new Session('nobody'), 'a')
  expect(index.match('a')).toBe(before)
})
