import type { EnhancementRule } from '@parley/contracts'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { ruleErrors } from './rule-errors'
import { baseOf, type RuleDraft } from './use-rule-draft'
import { useSaveRule } from './use-save-rule'

/** So that what was refused is marked, and any dialog gone, before the focus moves. */
const focusAfterMs = 50

/** The way from the form to a saved rule, and what follows: the rollout of a saved one, the page of a new one. */
export function useRuleSaving(
  instanceId: string,
  ruleId: string | undefined,
  draft: RuleDraft,
  savedRevision: number | undefined
) {
  const navigate = useNavigate()
  const element = useRef<HTMLFormElement>(null)
  const [savedAt, setSavedAt] = useState(savedRevision)
  const { form, content, dirty } = draft

  const onSaved = (saved: EnhancementRule, isNew: boolean) => {
    draft.begin(baseOf(saved))
    setSavedAt(saved.revision)
    if (!isNew) return
    void navigate({
      to: '/instances/$instanceId/rules/$ruleId',
      params: { instanceId, ruleId: saved.id },
      state: { savedRevision: saved.revision },
      replace: true,
      ignoreBlocker: true
    })
  }
  const onRefused = (error: unknown) => {
    form.setErrors(ruleErrors(error, form.values.actions.userProperties))
    const focusFirst = () => element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
    setTimeout(focusFirst, focusAfterMs)
  }
  const saving = useSaveRule(instanceId, ruleId, onSaved, onRefused)

  const submit = () => {
    if (saving.step.at !== 'editing' || saving.save.isPending) return
    if (ruleId === undefined) saving.save.mutate({ content, over: undefined })
    else if (dirty) saving.setStep({ at: 'review' })
  }
  return { saving, submit, savedAt, element }
}
