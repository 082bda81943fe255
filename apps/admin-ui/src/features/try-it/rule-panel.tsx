import { Alert, Button, Stack, Text } from '@mantine/core'
import { DeviceText } from '../../components/device-text'
import { ErrorPanel } from '../../components/error-panel'
import { TextLink } from '../../components/links'
import { texts } from '../../texts'
import { type RuleVerdict, useExampleRule } from './rule-check'
import type { TryOut } from './use-try-it'

const { rule } = texts.tryIt

/** Whether a rule of the instance helps the 3.1.1 requester; when none does, makes one. */
export function RulePanel({ tryOut }: { tryOut: TryOut }) {
  const { ruleCheck, verdict } = tryOut
  const example = useExampleRule(tryOut.instance.id)
  if (ruleCheck.error) return <ErrorPanel error={ruleCheck.error} onRetry={() => void ruleCheck.refetch()} />
  if (!verdict) return <Text size="sm">{rule.checking}</Text>
  const { topic } = tryOut.fields.requester
  return (
    <Alert variant="light" color={verdict.kind === 'sets' ? 'teal' : 'orange'} p="xs">
      <Stack gap="xs" align="flex-start">
        <Verdict verdict={verdict} topic={topic} instanceId={tryOut.instance.id} />
        {verdict.kind !== 'sets' && (
          <>
            <Button
              size="xs"
              variant="default"
              loading={example.isPending}
              onClick={() => example.mutate(tryOut.fields.requester)}
            >
              {rule.create}
            </Button>
            <Text size="xs">{example.isPending ? rule.creating : rule.createHint(topic)}</Text>
          </>
        )}
        {example.error && <ErrorPanel error={example.error} />}
      </Stack>
    </Alert>
  )
}

function Verdict({
  verdict,
  topic,
  instanceId
}: {
  verdict: RuleVerdict
  topic: string
  instanceId: string
}) {
  switch (verdict.kind) {
    case 'sets':
      return (
        <Text size="sm" component="div">
          {rule.sets} <RuleLink instanceId={instanceId} ruleId={verdict.ruleId} name={verdict.ruleName} />
          {' → '}
          <DeviceText value={verdict.responseTopic} />
        </Text>
      )
    case 'inactive':
      return (
        <Text size="sm" component="div">
          {rule.inactive} <RuleLink instanceId={instanceId} ruleId={verdict.ruleId} name={verdict.ruleName} />
        </Text>
      )
    case 'no-topic':
      return <Text size="sm">{rule.noTopic(verdict.ruleNames.join(', '))}</Text>
    default:
      return <Text size="sm">{rule.none(topic)}</Text>
  }
}

function RuleLink({ instanceId, ruleId, name }: { instanceId: string; ruleId: string; name: string }) {
  const to = '/instances/$instanceId/rules/$ruleId'
  return (
    <TextLink to={to} params={{ instanceId, ruleId }} inherit underline="always">
      {name}
    </TextLink>
  )
}
