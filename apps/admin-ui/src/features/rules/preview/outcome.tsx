import { Button, Stack, Text } from '@mantine/core'
import type { DryRunAnswer } from '@parley/contracts'
import { IconCircleCheck, IconCircleMinus } from '@tabler/icons-react'
import { visible } from '../../../lib/format'
import { texts } from '../../../texts'
import { contentIsEmpty, type RuleContent } from '../editor/rule-content'
import { AllRules } from './all-rules'
import { matchingSample } from './matching-sample'
import { ResultingProperties } from './resulting-properties'
import classes from './rule-preview.module.css'
import type { Sample } from './sample'
import { Skipped } from './skipped'

const words = texts.rulePreview

export type ExplainedRule = DryRunAnswer['rules'][number]

export interface OutcomeProps {
  instanceId: string
  content: RuleContent
  sample: Sample
  onSample: (sample: Sample) => void
  answer: DryRunAnswer
}

/** Whether the rule applies, what comes out of all rules, and what was left out and why. */
export function Outcome({ instanceId, content, sample, onSample, answer }: OutcomeProps) {
  const draft = answer.rules.find((rule) => rule.draft)
  return (
    <Stack gap="sm">
      {draft && <Verdict draft={draft} content={content} sample={sample} onSample={onSample} />}
      <ResultingProperties instanceId={instanceId} answer={answer} />
      {draft && !contentIsEmpty(content) && <Skipped instanceId={instanceId} draft={draft} answer={answer} />}
      <AllRules instanceId={instanceId} rules={answer.rules} />
    </Stack>
  )
}

interface VerdictProps extends Pick<OutcomeProps, 'content' | 'sample' | 'onSample'> {
  draft: ExplainedRule
}

function Verdict({ draft, content, sample, onSample }: VerdictProps) {
  if (draft.matched) {
    const isActive = draft.status === 'active'
    const Icon = isActive ? IconCircleCheck : IconCircleMinus
    return (
      <div className={classes.outcome} role="status">
        <Icon size={18} aria-hidden="true" />
        <Text size="sm">{isActive ? words.applies : words.inactive}</Text>
      </div>
    )
  }
  return (
    <div className={classes.outcome} role="status">
      <IconCircleMinus size={18} aria-hidden="true" />
      <Stack gap={4} align="flex-start">
        <Text size="sm">{words.appliesNot}</Text>
        {draft.mismatches.map((field) => (
          <Text key={field} size="sm" c="dimmed" className={classes.cell}>
            {mismatchText(field, content, sample)}
          </Text>
        ))}
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => onSample(matchingSample(sample, content.condition))}
        >
          {words.matching}
        </Button>
      </Stack>
    </div>
  )
}

function mismatchText(
  field: ExplainedRule['mismatches'][number],
  { condition }: RuleContent,
  sample: Sample
): string {
  const pattern = visible(condition[field])
  if (field === 'username' && sample.username === '') return words.mismatch.anonymous(pattern)
  return words.mismatch[field](visible(sample[field]), pattern)
}
