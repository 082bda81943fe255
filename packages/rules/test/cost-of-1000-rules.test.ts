import type { RuleDefinition } from '@parley/contracts'
import { applyRules, compileRules, type RuleInput } from '@parley/rules'
import { describe, expect, test } from 'vitest'
import { input, rule } from './builders.js'
import { costMicroseconds, onThisMachine } from './cost.js'

/** The promise. */
const costMaxMicroseconds = 10

function applyCost(rules: RuleDefinition[], messages: RuleInput[]): number {
  const set = compileRules(rules)
  expect(set.size).toBe(1_000)
  const inTurn = (round: number, count: number) =>
    Array.from({ length: count }, (_, i) => messages[(round * count + i) % messages.length]!)
  return costMicroseconds(inTurn, (message) => applyRules(set, message))
}

function thousand(make: (i: number) => Partial<RuleDefinition['condition']>): RuleDefinition[] {
  return Array.from({ length: 1_000 }, (_, i) =>
    rule({ responseTopic: 'r/${clientId}', correlationData: '${messageId}' }, { condition: make(i) })
  )
}

const known = Array.from({ length: 500 }, (_, i) =>
  input({ clientId: `dev-${i}`, topic: `plant/line-${i}/cmd` })
)
const topicsInTurn = 5_000
/** More topics than are remembered, in turn: nothing that is remembered helps. */
const unseen = Array.from({ length: topicsInTurn }, (_, i) =>
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
    expect(applyCost(rules, known)).toBeLessThan(onThisMachine(costMaxMicroseconds))
  })

  test.each([
    ['by topic branch', thousand((i) => ({ topic: `plant/line-${i}/#` }))],
    ['by topic prefix', thousand((i) => ({ topic: `plant/line-${i}/*` }))],
    ['by client id', thousand((i) => ({ clientId: `dev-${i}`, topic: 'plant/#' }))],
    ['by a level between wildcards', thousand((i) => ({ topic: `+/line-${i}/#` }))],
    ['by a level between runs', thousand((i) => ({ topic: `*/line-${i}/*` }))],
    ['by first and last level', thousand((i) => ({ topic: `plant/+/cmd/${i}` }))]
  ])('%s, when every message has a topic of its own', (_, rules) => {
    expect(applyCost(rules, unseen)).toBeLessThan(onThisMachine(costMaxMicroseconds))
  })
})
