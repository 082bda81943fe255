import { Stack, Text } from '@mantine/core'
import type { DryRunAnswer, DryRunField } from '@parley/contracts'
import { visible } from '../../../lib/format'
import { texts } from '../../../texts'
import type { ExplainedRule } from './outcome'
import classes from './rule-preview.module.css'
import { SetterName } from './setter-name'

const words = texts.rulePreview

export interface SkippedProps {
  instanceId: string
  draft: ExplainedRule
  answer: DryRunAnswer
}

/** What the rule would have set and did not, and why. */
export function Skipped({ instanceId, draft, answer }: SkippedProps) {
  const skipped = draft.fields.filter(({ outcome }) => outcome === 'skipped')
  if (skipped.length === 0) return null
  return (
    <Stack gap={2}>
      <Text size="sm" fw={600}>
        {words.skipped}
      </Text>
      <ul className={classes.skips}>
        {skipped.map((field) => (
          <Text key={`${field.field}.${field.index}`} component="li" size="sm" className={classes.cell}>
            {fieldName(field)}: {reasonText(field)}{' '}
            {field.reason === 'overridden_by_rule' && field.field !== 'userProperties' && (
              <SetterName
                instanceId={instanceId}
                rules={answer.rules}
                ruleId={answer.setBy[field.field]?.ruleId}
              />
            )}
          </Text>
        ))}
      </ul>
    </Stack>
  )
}

function fieldName({ field, index }: DryRunField): string {
  return words.skippedOf(words.properties[field], index === undefined ? undefined : index + 1)
}

function reasonText({ reason = '', variable }: DryRunField): string {
  const written = variable === undefined ? words.aValue : `\${${visible(variable)}}`
  return words.reasons[reason]?.(written) ?? reason
}
