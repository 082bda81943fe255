import { Alert, Box, Paper } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import type { EnhancementRule } from '@parley/contracts'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useRef, useState } from 'react'
import { ErrorPanel } from '../../../components/error-panel'
import { texts } from '../../../texts'
import { variableOptions } from '../completion/variable-options'
import { VariableOptions } from '../completion/variable-options-context'
import { RulePreview } from '../preview/rule-preview'
import { useSample } from '../preview/use-sample'
import { ActionFields } from './action-fields'
import { ConditionFields } from './condition-fields'
import { EditorBar } from './editor-bar'
import { focusFirstInvalid } from './focus-first-invalid'
import { GeneralFields } from './general-fields'
import { LeaveGuard } from './leave-guard'
import { contentOf, type RuleContent } from './rule-content'
import classes from './rule-editor.module.css'
import { ruleErrors } from './rule-errors'
import { SaveDialogs } from './save-dialogs'
import { useDraftDryRun } from './use-draft-dry-run'
import { useRuleDraft } from './use-rule-draft'
import { useSaveRule } from './use-save-rule'

const words = texts.ruleEditor

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
  const [savedAt, setSavedAt] = useState(savedRevision)
  const element = useRef<HTMLFormElement>(null)
  const navigate = useNavigate()
  const options = useMemo(() => variableOptions(sample, instanceId, Date.now()), [sample, instanceId])

  const onSaved = (saved: EnhancementRule, isNew: boolean) => {
    draft.begin({ content: contentOf(saved), revision: saved.revision })
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
    focusFirstInvalid(element)
  }
  const saving = useSaveRule(instanceId, rule?.id, onSaved, onRefused)
  const submit = () => {
    if (saving.step.at !== 'editing') return
    if (!rule) saving.save.mutate({ content, over: undefined })
    else if (dirty) saving.setStep({ at: 'review' })
  }
  useHotkeys([['mod+S', submit]], [])
  const errors = { ...liveErrors, ...(form.errors as Record<string, string>) }
  const isNewer = dirty && rule !== undefined && rule.revision !== base.revision
  return (
    <VariableOptions value={options}>
      <div className={classes.columns}>
        <form
          ref={element}
          aria-label={words.form}
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            submit()
          }}
        >
          {draft.restored && dirty && (
            <Alert mb="sm" variant="light">
              {words.restored}
            </Alert>
          )}
          {isNewer && (
            <Alert mb="sm" color="yellow" variant="light">
              {words.newer}
            </Alert>
          )}
          <Paper withBorder p="md">
            <GeneralFields form={form} errors={errors} />
            <ConditionFields form={form} errors={errors} />
            <ActionFields form={form} errors={errors} />
          </Paper>
          {!rule && saving.save.error && Object.keys(form.errors).length === 0 && (
            <Box mt="sm">
              <ErrorPanel error={saving.save.error} />
            </Box>
          )}
          <EditorBar
            instanceId={instanceId}
            isNew={!rule}
            changed={changed.length}
            pending={saving.save.isPending}
            savedAt={dirty ? undefined : savedAt}
            onDiscard={() => draft.begin(rule ? { content: contentOf(rule), revision: rule.revision } : base)}
          />
        </form>
        <RulePreview
          instanceId={instanceId}
          content={content}
          sample={sample}
          onSample={setSample}
          dryRun={dryRun}
        />
      </div>
      <SaveDialogs draft={draft} saving={saving} />
      <LeaveGuard dirty={dirty} onLeave={draft.forget} />
    </VariableOptions>
  )
}
