import { isValidTopicFilter, isValidTopicName, type Qos, topicMatchesFilter } from '@parley/mqtt-wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Subscription } from '../src/broker/match.js'
import { SubscriptionIndex } from '../src/broker/subscription-index.js'
import { Session } from '../src/session/session.js'

const clients = ['a', 'b', 'c']
const topicWord = fc.constantFrom('', 'x', 'y', '$SYS', 'constructor')
const topic = fc
  .array(topicWord, { minLength: 1, maxLength: 4 })
  .map((words) => words.join('/'))
  .filter(isValidTopicName)
const filter = fc
  .array(fc.oneof(topicWord, fc.constantFrom('+', '#')), { minLength: 1, maxLength: 4 })
  .map((words) => words.join('/'))
  .filter((text) => isValidTopicFilter(text))
const subscription = fc.record({
  topicFilter: filter,
  qos: fc.constantFrom<Qos>(0, 1, 2),
  noLocal: fc.boolean(),
  retainAsPublished: fc.boolean(),
  identifier: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined })
})
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      client: fc.constantFrom(...clients),
      subscription
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('remove' as const),
      client: fc.constantFrom(...clients),
      filter
    })
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('match' as const), topic }) }
)

/** What a match should be, found by looking at every subscription. */
class NaiveIndex {
  readonly subscriptions = new Map<string, Map<string, Subscription>>()

  match(name: string): unknown[] {
    const found: unknown[] = []
    for (const [client, subscriptions] of this.subscriptions) {
      const matching = [...subscriptions.values()].filter((one) => topicMatchesFilter(one.topicFilter, name))
      if (matching.length === 0) continue
      const local = matching.filter((one) => !one.noLocal)
      found.push({ client, ...summary(matching), own: local.length === 0 ? null : summary(local) })
    }
    return found.sort(byClient)
  }

  waiting(name: string): number {
    return [...this.subscriptions.values()].filter((subscriptions) =>
      [...subscriptions.values()].some(
        ({ topicFilter }) => !/^[+#]/.test(topicFilter) && topicMatchesFilter(topicFilter, name)
      )
    ).length
  }
}

function summary(subscriptions: Subscription[]): object {
  const identifiers = subscriptions.map(({ identifier }) => identifier).filter((one) => one !== undefined)
  return {
    qos: Math.max(...subscriptions.map(({ qos }) => qos)),
    retainAsPublished: subscriptions.some(({ retainAsPublished }) => retainAsPublished),
    identifiers: identifiers.length > 0 ? identifiers.sort() : undefined
  }
}

function byClient(a: unknown, b: unknown): number {
  return (a as { client: string }).client < (b as { client: string }).client ? -1 : 1
}

describe('the subscription index', () => {
  it('matches as a look at every subscription would, after any changes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const index = new SubscriptionIndex()
        const naive = new NaiveIndex()
        const sessions = new Map(clients.map((client) => [client, new Session(client)]))
        for (const one of steps) {
          if (one.kind === 'add') {
            index.add(sessions.get(one.client)!, one.subscription)
            const own = naive.subscriptions.get(one.client) ?? new Map<string, Subscription>()
            naive.subscriptions.set(one.client, own.set(one.subscription.topicFilter, one.subscription))
          } else if (one.kind === 'remove') {
            index.remove(sessions.get(one.client)!, one.filter)
            naive.subscriptions.get(one.client)?.delete(one.filter)
          } else {
            const { entries, waiting } = index.match(one.topic)
            const found = entries.map(({ session, qos, retainAsPublished, identifiers, own }) => ({
              client: session.clientId,
              qos,
              retainAsPublished,
              identifiers: identifiers?.toSorted(),
              own: own && {
                qos: own.qos,
                retainAsPublished: own.retainAsPublished,
                identifiers: own.identifiers?.toSorted()
              }
            }))
            expect(found.sort(byClient)).toEqual(naive.match(one.topic))
            expect(waiting).toBe(naive.waiting(one.topic))
          }
        }
      }),
      { numRuns: 300 }
    )
  })

  it('remembers a match until the next change', () => {
    const index = new SubscriptionIndex()
    const session = new Session('a')
    const plain = { qos: 0 as const, noLocal: false, retainAsPublished: false, identifier: undefined }
    index.add(session, { topicFilter: 'x', ...plain })
    const first = index.match('x')
    expect(index.match('x')).toBe(first)
    index.remove(session, 'x')
    expect(index.match('x').entries).toEqual([])
    expect(index.match('x').generation).toBeGreaterThan(first.generation)
  })
})
