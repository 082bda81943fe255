import type { RuleDefinition } from '@parley/contracts'
import type { RuleInput } from '@parley/rules'
import { ProblemError } from '../problem-error.js'

/** Steps of the matcher for one dry run: some tenths of a second at the worst, in a process that all tenants share. */
const stepsMax = 50_000_000
/** Tokens of a pattern that the matcher takes in one step. */
const tokensAtOnce = 32

/** Throws `invalid` for a sample whose texts are too long to be held against that many long patterns. */
export function refuseTooCostly(rules: readonly RuleDefinition[], input: RuleInput): void {
  const fields = ['clientId', 'username', 'topic'] as const
  const costs = fields.map((field) => {
    const words = rules.reduce((sum, { condition }) => sum + 1 + condition[field].length / tokensAtOnce, 0)
    return (input[field]?.length ?? 0) * words
  })
  const total = costs.reduce((sum, cost) => sum + cost, 0)
  if (total <= stepsMax) return
  const costliest = fields[costs.indexOf(Math.max(...costs))]!
  throw new ProblemError('invalid', 'The sample is too long for the conditions of these rules.', [
    { path: `/message/${costliest}`, message: 'is too long to be held against all of these patterns' }
  ])
}
