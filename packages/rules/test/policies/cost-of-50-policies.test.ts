import type { PolicyDefinition } from '@parley/contracts'
import { type ClientAccess, clientAccess, compilePolicies } from '@parley/rules'
import { describe, expect, test } from 'vitest'
import { allow, deny, request } from './builders.js'

/** A broker core takes 100,000 publishes a second, 10 µs each: a decision may have a tenth of that, a first one half. */
const knownMaxMicroseconds = 1
const newMaxMicroseconds = 5
const rounds = 7
const publishesPerRound = 5_000

/** The best of several rounds counts, so that a busy machine does not fail the test. */
function costMicroseconds(access: ClientAccess, topics: (round: number) => string[]): number {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round++) {
    const asked = topics(round)
    const startedAt = performance.now()
    for (const topic of asked) access.mayPublish(topic, 1, false)
    best = Math.min(best, ((performance.now() - startedAt) * 1_000) / asked.length)
  }
  return best
}

/** All are asked before the last one allows. */
function fifty(make: (i: number) => PolicyDefinition): ClientAccess {
  const policies = [...Array.from({ length: 49 }, (_, i) => make(i)), allow('plant/#')]
  return clientAccess(compilePolicies(policies), request())
}

const mixed = (i: number) =>
  [
    deny(`plant/line-${i}/secret`),
    deny(`plant/+/admin-${i}/#`),
    deny(`*/secret-${i}`),
    allow(`own-${i}/\${clientId}/#`),
    deny(`dev/${i}/*`)
  ][i % 5]!

describe('50 policies add little to a publish', () => {
  test.each([
    ['of all kinds', fifty(mixed)],
    ['by exact topic', fifty((i) => deny(`plant/line-${i}/cmd`))],
    ['by level between runs', fifty((i) => deny(`*/line-${i}/*/x?`))],
    ['with variables', fifty((i) => deny(`plant/line-${i}/\${clientId}/#`))]
  ])('%s', (_, access) => {
    const known = Array.from({ length: publishesPerRound }, (_, i) => `plant/line-${100 + (i % 16)}/cmd`)
    expect(access.mayPublish(known[0]!, 1, false).effect).toBe('allow')
    expect(costMicroseconds(access, () => known)).toBeLessThan(knownMaxMicroseconds)
    const unseen = (round: number) => known.map((topic, i) => `${topic}/${round}/${i}`)
    expect(costMicroseconds(access, unseen)).toBeLessThan(newMaxMicroseconds)
  })
})
