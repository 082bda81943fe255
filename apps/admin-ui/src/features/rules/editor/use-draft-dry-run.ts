import type { DryRun } from '@parley/contracts'
import { useMemo } from 'react'
import { type Sample, sampleMessage } from '../preview/sample'
import { useDryRun } from '../preview/use-dry-run'
import { type RuleErrors, ruleErrors } from './rule-errors'
import type { RuleDraft } from './use-rule-draft'

/** So that a rule can be tried before it has a name, or while the name is being written. */
const standInName = 'this-rule'
const namePattern = /^[A-Za-z0-9_-]{3,64}$/
const draftPlace = 'draftRules.0.'

/** What the draft makes of the sample in place of the saved rule, and what the API would refuse about it. */
export function useDraftDryRun(
  instanceId: string,
  ruleId: string | undefined,
  { content, form }: RuleDraft,
  sample: Sample
) {
  const input = useMemo<DryRun>(() => {
    const { name, actions } = content
    // With an empty list the API looks at all fields, and not only at whether there is an action.
    const draft = {
      ...content,
      name: namePattern.test(name) ? name : standInName,
      actions: { userProperties: [], ...actions }
    }
    return { message: sampleMessage(sample), draftRules: [ruleId ? { ...draft, id: ruleId } : draft] }
  }, [content, ruleId, sample])
  const dryRun = useDryRun(instanceId, input)
  const rows = form.values.actions.userProperties
  const liveErrors = useMemo(() => {
    // That a new rule does nothing yet is no mistake of whoever is filling it in.
    const { actions: _none, ...errors }: RuleErrors = ruleErrors(dryRun.error, rows, draftPlace)
    return errors
  }, [dryRun.error, rows])
  return { dryRun, liveErrors }
}
