import { Paper } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import type { EnhancementRule } from '@parley/contracts'
import { useMemo } from 'react'
import { useTurns } from '../../../lib/use-turns'
import { texts } from '../../../texts'
import { variableOptions } from '../completion/variable-options'
import { VariableOptions } from '../completion/variable-options-context'
import { RulePreview } from '../preview/rule-preview'
import { useSample } from '../preview/use-sample'
import { ActionFields } from './action-fields'
import { ConditionFields } from './condition-fields'
import { EditorBar } from './editor-bar'
import { EditorNotices } from './editor-notices'
import { GeneralFields } from './general-fields'
import { LeaveGuard } from './leave-guard'
import type { RuleContent } from './rule-content'
import classes from './rule-editor.module.css'
import { SaveDialogs } from './save-dialogs'
import { useDraftDryRun } from './use-draft-dry-run'
import { useReveal } from './use-reveal'
import { baseOf, useRuleDraft } from './use-rule-draft'
import { useRuleSaving } from './use-rule-saving'

export interface RuleEditorProps {
  instanceId: string
  /** The saved one, as fresh as it is known; undefined: a new rule. */
  rule: EnhancementRule | undefined
  /** What a new rule begins as. */
  start: RuleContent
  /** Of the save that led here. */
  savedRevision?: number | undefined
}

/** A rule with what it makes of a sample message beside it. */
export function RuleEditor({ instanceId, rule, start, savedRevision }: RuleEditorProps) {
  const draft = useRuleDraft(instanceId, rule, start)
  const { form, content, base, changed, dirty } = draft
  const [sample, setSample] = useSample(instanceId)
  const { dryRun, liveErrors } = useDraftDryRun(instanceId, rule?.id, draft, sample)
  const options = useMemo(() => variableOptions(sample, instanceId, Date.now()), [sample, instanceId])
  const { saving, submit, savedAt, element } = useRuleSaving(instanceId, rule?.id, draft, savedRevision)
  useHotkeys([['mod+S', submit]], [])
  const reveal = useReveal()
  const turn = useTurns(1)
  const errors = { ...liveErrors, ...(form.errors as Record<string, string>) }
  return (
    <VariableOptions value={options}>
      <div className={classes.columns}>
        <form
          ref={element}
          aria-label={texts.ruleEditor.form}
          noValidate
          {...reveal}
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          <EditorNotices rule={rule} draft={draft} saving={saving} />
          <Paper withBorder p="md">
            <GeneralFields form={form} errors={errors} />
            <ConditionFields form={form} errors={errors} />
            <ActionFields form={form} errors={errors} />
          </Paper>
          <EditorBar
            instanceId={instanceId}
            isNew={!rule}
            changed={changed.length}
            pending={saving.save.isPending}
            savedAt={dirty ? undefined : savedAt}
            onDiscard={() => draft.begin(rule ? baseOf(rule) : base)}
          />
        </form>
        {turn >= 1 && (
          <RulePreview
            instanceId={instanceId}
            content={content}
            sample={sample}
            onSample={setSample}
            dryRun={dryRun}
          />
        )}
      </div>
      <SaveDialogs draft={draft} saving={saving} />
      <LeaveGuard dirty={dirty} onLeave={draft.forget} />
    </VariableOptions>
  )
}
