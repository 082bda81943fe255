import type { RuleDefinition } from '@parley/contracts'
import { applyRules, compileRules, type RuleInput } from '@parley/rules'
import { describe, expect, test } from 'vitest'
import { input, rule } from './builders.js'

/** The promise is 10 µs. The best of several rounds counts, so that a busy machine does not fail the test. */
const costMaxMicroseconds = 10
const rounds = 7
const publishesPerRound = 5_000

function costMicroseconds(rules: RuleDefinition[], messages: RuleInput[]): number {
  const set = compileRules(rules)
  expect(set.size).toBe(1_000)
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const startedAt = performance.now()
    for (let i = 0; i < publishesPerRound; i++) applyRules(set, messages[i % messages.length]!)
    best = Math.min(best, ((performance.now() - startedAt) * 1_000) / publishesPerRound)
  }
  return best
}

function thousand(make: (i: number) => Partial<RuleDefinition['condition']>): RuleDefinition[] {
  return Array.from({ length: 1_000 }, (_, i) =>
    rule({ responseTopic: 'r/${clientId}', correlationData: '${messageId}' }, { condition: make(i) })
  )
}

const known = Array.from({ length: 500 }, (_, i) =>
  input({ clientId: `dev-${i}`, topic: `plant/line-${i}/cmd` })
)
/** More topics than are remembered, in turn: nothing that is remembered helps. */
const unseen = Array.from({ length: publishesPerRound }, (_, i) =>
  input({ clientId: `dev-${i % 500}`, topic: `plant/line-${i % 500}/cmd/${i}` })
)

describe('1,000 active rules add less than 10 µs to a publish', () => {
  test.each([
    ['by exact topic', thousand((i) => ({ topic: `plant/line-${i}/cmd` }))],
    ['by topic branch', thousand((i) => ({ topic: `plant/line-${i}/#` }))],
    ['by topic prefix', thousand((i) => ({ topic: `plant/line-${i}/*` }))],
    ['by level', thousand((i) => ({ topic: `+/line-${i}/cmd` }))],
    ['by client id', thousand((i) => ({ clientId: `dev-${i}` }))],
    ['by client id pattern', thousand((i) => ({ clientId: `dev-?*${i}`, topic: 'plant/#' }))],
    ['of which none matches', thousand((i) => ({ topic: `*/none-${i}/*` }))],
    ['whose conditions each match half', thousand((i) => (i % 2 ? { clientId: 'x*' } : { topic: 'y/*' }))]
  ])('%s', (_, rules) => {
    expect(costMicroseconds(rules, known)).toBeLessThan(costMaxMicroseconds)
  })

  test.each([
    ['by topic branch', thousand((i) => ({ topic: `plant/line-${i}/#` }))],
    ['by topic prefix', thousand((i) => ({ topic: `plant/line-${i}/*` }))],
    ['by client id', thousand((i) => ({ clientId: `dev-${i}`, topic: 'plant/#' }))],
    ['by a level between wildcards', thousand((i) => ({ topic: `+/line-${i}/#` }))],
    ['by a level between runs', thousand((i) => ({ topic: `*/line-${i}/*` }))],
    ['by first and last level', thousand((i) => ({ topic: `plant/+/cmd/${i}` }))]
  ])('%s, when every message has a topic of its own', (_, rules) => {
    expect(costMicroseconds(rules, unseen)).toBeLessThan(costMaxMicroseconds)
  })
})
