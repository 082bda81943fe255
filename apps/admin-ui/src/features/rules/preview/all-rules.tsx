import { Stack, Text } from '@mantine/core'
import { texts } from '../../../texts'
import type { ExplainedRule } from './outcome'
import classes from './rule-preview.module.css'
import { RuleLink } from './setter-name'

const words = texts.rulePreview
const shownMax = 50

/** Which of the instance's rules apply to the sample, in their order, and why the others do not. */
export function AllRules({ instanceId, rules }: { instanceId: string; rules: ExplainedRule[] }) {
  const applying = rules.filter((rule) => rule.matched && rule.status === 'active')
  const others = rules.filter((rule) => !rule.matched || rule.status !== 'active')
  return (
    <Stack gap={4}>
      <RuleNames instanceId={instanceId} title={words.matched(applying.length)} rules={applying} />
      <RuleNames instanceId={instanceId} title={words.notMatched(others.length)} rules={others} />
    </Stack>
  )
}

interface RuleNamesProps {
  instanceId: string
  title: string
  rules: ExplainedRule[]
}

function RuleNames({ instanceId, title, rules }: RuleNamesProps) {
  if (rules.length === 0) return null
  const more = rules.length - shownMax
  return (
    <details>
      <Text component="summary" size="sm">
        {title}
      </Text>
      <ol className={classes.rules}>
        {rules.slice(0, shownMax).map((rule) => (
          <Text key={rule.ruleId} component="li" size="sm">
            {rule.draft ? words.byThis : <RuleLink instanceId={instanceId} {...rule} />}
            <Why rule={rule} />
          </Text>
        ))}
      </ol>
      {more > 0 && (
        <Text size="sm" c="dimmed">
          {words.more(more)}
        </Text>
      )}
    </details>
  )
}

function Why({ rule: { mismatches, status } }: { rule: ExplainedRule }) {
  const reasons = [
    ...(status === 'inactive' ? [words.why.inactive] : []),
    ...mismatches.map((field) => words.why[field])
  ]
  if (reasons.length === 0) return null
  return (
    <Text component="span" size="sm" c="dimmed">
      {' '}
      – {reasons.join(', ')}
    </Text>
  )
}
