import { createRequire } from 'node:module'
import { SubscriptionIndex } from '../../src/broker/subscription-index.js'
import { AedesPersistence } from '../../src/store/aedes-persistence.js'
import type { SessionStore } from '../../src/store/session-store.js'
import { type AbstractTest, describeAbstract } from './abstract-tests.js'

interface AbstractOptions {
  test: AbstractTest
  persistence: () => unknown
  /** Setup takes the broker, and every step is a promise. */
  testAsync: boolean
}

const abstractTests = createRequire(import.meta.url)('aedes-persistence/abstract.js') as (
  options: AbstractOptions
) => void

/** The abstract tests of aedes-persistence, with our adapter on an empty store for each of them. */
export function describeContract(title: string, openStore: () => SessionStore | Promise<SessionStore>): void {
  const persistence = async (): Promise<AedesPersistence> => asContract(await openStore())
  describeAbstract(title, (test) => abstractTests({ test, persistence, testAsync: true }))
}

/** The pipeline's own answer to this one method is merged by client, for speed: here it is asked for in the contract's form. */
function asContract(store: SessionStore): AedesPersistence {
  const adapter = new AedesPersistence(store, new SubscriptionIndex())
  return Object.assign(adapter, {
    subscriptionsByTopic: async (topic: string) => adapter.matchingSubscriptions(topic)
  })
}
