import { createRequire } from 'node:module'
import { Router } from '../src/broker/router.js'
import { SubscriptionIndex } from '../src/broker/subscription-index.js'
import { Counters } from '../src/ops/counters.js'
import { MemorySessionStore } from '../src/store/memory-session-store.js'
import { type AbstractTest, describeAbstract } from './support/abstract-tests.js'

interface AbstractOptions {
  test: AbstractTest
  builder: () => unknown
}

const abstractTests = createRequire(import.meta.url)('mqemitter/abstractTest.js') as (
  options: AbstractOptions
) => void

function router(): Router {
  const bounds = { queuedMessagesMax: 10, queuedBytesMax: 1_000 }
  const counters = new Counters()
  return new Router(new SubscriptionIndex(), new MemorySessionStore(() => bounds, counters), counters)
}

const otherSyntax =
  'MQTT has one separator and two wildcards [MQTT-4.7.1-1]: the router has no options for others'
const emptyLevels = 'In MQTT an empty level is a level (4.7.1.1): the router has no option to pass over it'

describeAbstract(
  'the router as an MQEmitter with default options',
  (test) => abstractTests({ test, builder: router }),
  {
    'support changing one level wildcard': otherSyntax,
    'support changing deep wildcard': otherSyntax,
    'support changing the level separator': otherSyntax,
    'support one level wildcard - not match empty words': emptyLevels
  }
)
