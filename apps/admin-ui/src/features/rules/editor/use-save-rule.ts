import type { EnhancementRule } from '@parley/contracts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiProblem } from '../../../lib/api-client'
import { createRule, replaceRule, ruleQuery, rulesKey } from '../queries'
import type { RuleContent } from './rule-content'
import type { Base } from './use-rule-draft'

/** What saving has come to, beside the form. */
export type SaveStep =
  | { at: 'editing' }
  | { at: 'review' }
  | { at: 'conflict'; base: RuleContent; mine: RuleContent; theirs: EnhancementRule }
  | { at: 'gone' }

interface Save {
  content: RuleContent
  /** The saved version that this builds on; undefined: it becomes a new rule. */
  over: Base | undefined
}

const editing: SaveStep = { at: 'editing' }
const gone: SaveStep = { at: 'gone' }

/**
 * Saves a rule: over the version that it builds on, or as a new one. Another version in between leads to the conflict, a deletion
 * to the offer to save as new, what is wrong with fields back to the form.
 */
export function useSaveRule(
  instanceId: string,
  ruleId: string | undefined,
  onSaved: (saved: EnhancementRule, isNew: boolean) => void,
  onRefused: (error: unknown) => void
) {
  const client = useQueryClient()
  const [step, setStep] = useState<SaveStep>(editing)
  const save = useMutation({
    mutationFn: ({ content, over }: Save) =>
      ruleId === undefined || over?.revision === undefined
        ? createRule(instanceId, content)
        : replaceRule(instanceId, ruleId, content, over.revision),
    onSuccess(saved, { over }) {
      setStep(editing)
      client.setQueryData(ruleQuery(instanceId, saved.id).queryKey, saved)
      onSaved(saved, over === undefined)
      void client.invalidateQueries({ queryKey: rulesKey(instanceId) })
    },
    async onError(error, { content, over }) {
      if (isFinding(error)) {
        setStep(editing)
        onRefused(error)
      } else if (over && ruleId !== undefined) {
        const next = await afterRefusal(error, ruleId, over.content, content)
        if (next) setStep(next)
      }
    }
  })

  const afterRefusal = async (error: Error, id: string, base: RuleContent, mine: RuleContent) => {
    if (hasCode(error, 'not_found')) return gone
    if (!hasCode(error, 'changed_meanwhile')) return undefined
    try {
      const theirs = await client.fetchQuery({ ...ruleQuery(instanceId, id), staleTime: 0 })
      return { at: 'conflict', base, mine, theirs } satisfies SaveStep
    } catch (failure) {
      return hasCode(failure, 'not_found') ? gone : undefined
    }
  }
  // What led to a step is not the error of that step.
  const isHandled = hasCode(save.error, 'changed_meanwhile') || hasCode(save.error, 'not_found')
  return { step, setStep, save, error: isHandled ? null : save.error }
}

export type Saving = ReturnType<typeof useSaveRule>

/** Something that the form can show at a field. */
function isFinding(error: unknown): boolean {
  return hasCode(error, 'invalid') || hasCode(error, 'name_taken')
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof ApiProblem && error.code === code
}
