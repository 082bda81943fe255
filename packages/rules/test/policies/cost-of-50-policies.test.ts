import type { PolicyDefinition } from '@parley/contracts'
import { type ClientAccess, clientAccess, compilePolicies } from '@parley/rules'
import { describe, expect, test } from 'vitest'
import { costMicroseconds, onThisMachine } from '../cost.js'
import { allow, deny, request } from './builders.js'

/** A broker core takes 100,000 publishes a second, 10 µs each: a decision may have a tenth of that, a first one half. */
const knownMaxMicroseconds = 1
const newMaxMicroseconds = 5

function publishCost(access: ClientAccess, topics: (round: number, count: number) => string[]): number {
  return costMicroseconds(topics, (topic) => access.mayPublish(topic, 1, false))
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
    ['with variables', fifty((i) => deny(`plant/line-${i}/\${clientId}/#`))],
    ['with variables behind wildcards', fifty((i) => deny(`+/\${clientId}/door-${i}/*`))]
  ])('%s', (_, access) => {
    const known = (_round: number, count: number) =>
      Array.from({ length: count }, (_, i) => `plant/line-${100 + (i % 16)}/cmd`)
    const unseen = (round: number, count: number) =>
      known(round, count).map((topic, i) => `${topic}/${round}/${i}`)
    expect(access.mayPublish('plant/line-100/cmd', 1, false).effect).toBe('allow')
    expect(publishCost(access, known)).toBeLessThan(onThisMachine(knownMaxMicroseconds))
    expect(publishCost(access, unseen)).toBeLessThan(onThisMachine(newMaxMicroseconds))
  })
})
