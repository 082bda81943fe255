import { Group } from '@mantine/core'
import { EmptyState } from '../../../components/empty-state'
import { ButtonLink } from '../../../components/links'
import { curlJson } from '../../../lib/shell'
import { texts } from '../../../texts'
import { exampleRule } from '../example-rule'

const { empty: words } = texts.rules

/** In the place of the list before the first rule. */
export function EmptyRules({ instanceId }: { instanceId: string }) {
  const to = '/instances/$instanceId/rules/new'
  return (
    <EmptyState
      title={words.title}
      text={words.text}
      command={curlJson('POST', `/instances/${instanceId}/enhancement-rules`, exampleRule)}
      action={
        <Group gap="xs">
          <ButtonLink size="xs" to={to} params={{ instanceId }} search={{ example: exampleRule.name }}>
            {words.example}
          </ButtonLink>
          <ButtonLink size="xs" variant="default" to={to} params={{ instanceId }}>
            {words.blank}
          </ButtonLink>
        </Group>
      }
    />
  )
}
