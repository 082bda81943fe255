import type { EnhancementRule } from '@parley/contracts'
import { ResolveConflict } from './resolve-conflict'
import { ReviewChanges } from './review-changes'
import { changedFields, contentOf, type RuleContent } from './rule-content'
import { RuleGone } from './rule-gone'
import type { RuleDraft } from './use-rule-draft'
import type { Saving } from './use-save-rule'

export interface SaveDialogsProps {
  draft: RuleDraft
  saving: Saving
}

/** What stands between the form and a saved rule: the review, a conflict, a deletion. */
export function SaveDialogs({ draft, saving }: SaveDialogsProps) {
  const { content, base } = draft
  const { step, setStep, save, error } = saving
  const shared = { pending: save.isPending, error }
  const close = () => {
    save.reset()
    setStep({ at: 'editing' })
  }
  const saveMerged = (result: RuleContent, theirs: EnhancementRule) => {
    const over = { content: contentOf(theirs), revision: theirs.revision }
    // The form goes on from the result: should this save be refused as well, nothing that was chosen is lost.
    draft.begin(over, result)
    if (changedFields(over.content, result).length === 0) close()
    else save.mutate({ content: result, over })
  }
  return (
    <>
      <ReviewChanges
        {...shared}
        opened={step.at === 'review'}
        before={base.content}
        after={content}
        onSave={() => save.mutate({ content, over: base })}
        onClose={close}
      />
      {step.at === 'conflict' && (
        <ResolveConflict
          {...shared}
          key={step.theirs.revision}
          base={step.base}
          mine={step.mine}
          theirs={step.theirs}
          onSave={(result) => saveMerged(result, step.theirs)}
          onClose={close}
        />
      )}
      <RuleGone
        {...shared}
        opened={step.at === 'gone'}
        onSaveAsNew={() => save.mutate({ content, over: undefined })}
        onClose={close}
      />
    </>
  )
}
