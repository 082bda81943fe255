import { Text } from '@mantine/core'
import type { DryRunAnswer } from '@parley/contracts'
import { TextLink } from '../../../components/links'
import { texts } from '../../../texts'

const words = texts.rulePreview

export interface SetterNameProps {
  instanceId: string
  rules: DryRunAnswer['rules']
  /** null: the publisher. */
  ruleId: string | null | undefined
}

/** Who set a property: the publisher, the rule in the editor, or another one, with the way to it. */
export function SetterName({ instanceId, rules, ruleId }: SetterNameProps) {
  const rule = rules.find((one) => one.ruleId === ruleId)
  if (!rule) {
    return (
      <Text component="span" size="sm" c="dimmed">
        {words.byPublisher}
      </Text>
    )
  }
  if (rule.draft) {
    return (
      <Text component="span" size="sm" fw={600}>
        {words.byThis}
      </Text>
    )
  }
  return <RuleLink instanceId={instanceId} ruleId={rule.ruleId} name={rule.name} />
}

/** The way to another rule, by its name. */
export function RuleLink({ instanceId, ruleId, name }: { instanceId: string; ruleId: string; name: string }) {
  return (
    <TextLink size="sm" to="/instances/$instanceId/rules/$ruleId" params={{ instanceId, ruleId }}>
      {name}
    </TextLink>
  )
}
