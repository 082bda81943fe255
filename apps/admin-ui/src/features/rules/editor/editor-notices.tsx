import { Alert, Box } from '@mantine/core'
import type { EnhancementRule } from '@parley/contracts'
import { ErrorPanel } from '../../../components/error-panel'
import { texts } from '../../../texts'
import type { RuleDraft } from './use-rule-draft'
import type { Saving } from './use-save-rule'

const words = texts.ruleEditor

export interface EditorNoticesProps {
  rule: EnhancementRule | undefined
  draft: RuleDraft
  saving: Saving
}

/** What to know before going on with the form: something was restored, changed by others, or could not be created. */
export function EditorNotices({ rule, draft: { form, base, dirty, restored }, saving }: EditorNoticesProps) {
  const isNewer = dirty && rule !== undefined && rule.revision !== base.revision
  const failed = !rule && saving.save.error && Object.keys(form.errors).length === 0
  return (
    <>
      {restored && dirty && (
        <Alert mb="sm" variant="light" color="gray">
          {words.restored}
        </Alert>
      )}
      {isNewer && (
        <Alert mb="sm" color="yellow" variant="light">
          {words.newer}
        </Alert>
      )}
      {failed && (
        <Box mb="sm">
          <ErrorPanel error={saving.save.error} />
        </Box>
      )}
    </>
  )
}
