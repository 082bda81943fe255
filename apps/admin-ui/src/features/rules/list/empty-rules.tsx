import { Button, Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { EmptyState } from '../../../components/empty-state'
import { texts } from '../../../texts'
import { exampleCommand, exampleRule } from '../example-rule'

const { empty: words } = texts.rules

/** In the place of the list before the first rule. */
export function EmptyRules({ instanceId }: { instanceId: string }) {
  const to = '/instances/$instanceId/rules/new'
  const params = { instanceId }
  return (
    <EmptyState
      title={words.title}
      text={words.text}
      command={exampleCommand(instanceId)}
      action={
        <Group gap="xs">
          <Button
            size="xs"
            renderRoot={(props) => (
              <Link to={to} params={params} search={{ example: exampleRule.name }} {...props} />
            )}
          >
            {words.example}
          </Button>
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => <Link to={to} params={params} {...props} />}
          >
            {words.blank}
          </Button>
        </Group>
      }
    />
  )
}
