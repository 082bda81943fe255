import type { DraftRule, Problem, RuleDefinition } from '@parley/contracts'
import { ProblemError } from '../problem-error.js'
import { newRuleFields } from '../rules/rule-fields.js'

/** A rule of a dry run, and whether it is a draft. */
export interface DryRunRule {
  rule: RuleDefinition
  draft: boolean
}

/** The rules of a dry run, and what is wrong with the drafts that were left out. */
export interface DryRunRules {
  rules: DryRunRule[]
  errors: NonNullable<Problem['errors']>
}

/**
 * The saved rules with the drafts among them: one with the id of a saved rule stands in its place, as after a PUT; the others
 * come on top as `draft-1`, `draft-2`, ..., as if they were created now. A draft that could not be saved is left out: whoever
 * writes a rule goes through many of those.
 */
export function withDrafts(
  saved: readonly RuleDefinition[],
  drafts: readonly DraftRule[],
  nowMs: number
): DryRunRules {
  const rules = new Map<string, DryRunRule>(saved.map((rule) => [rule.id, { rule, draft: false }]))
  const errors: NonNullable<Problem['errors']> = []
  let added = 0
  for (const [i, { id = '', ...body }] of drafts.entries()) {
    const replaced = rules.get(id)
    if (replaced?.draft) {
      errors.push({ path: `/draftRules/${i}/id`, message: 'is there twice' })
      continue
    }
    const fields = collecting(errors, `/draftRules/${i}`, () => newRuleFields(body))
    if (!fields) continue
    const { remark: _unused, ...definition } = fields
    // A millisecond apart, so that drafts of one priority apply in their order.
    const identity = replaced
      ? { id, createdAt: replaced.rule.createdAt }
      : { id: `draft-${++added}`, createdAt: new Date(nowMs + i).toISOString() }
    rules.set(identity.id, { rule: { ...definition, ...identity }, draft: true })
  }
  return { rules: [...rules.values()], errors }
}

/** What `read` answers; its findings go to `errors`, below `path`. */
function collecting<T>(errors: NonNullable<Problem['errors']>, path: string, read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ProblemError) || error.code !== 'invalid') throw error
    for (const finding of error.errors ?? []) errors.push({ ...finding, path: `${path}${finding.path}` })
    return undefined
  }
}
