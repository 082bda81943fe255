import { Button, Group, Stack, Text } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { CodeBlock } from '../../components/code-block'
import { mosquittoAddress, shellQuoted } from '../../lib/shell'
import { texts } from '../../texts'

const { shownOnce: words } = texts.users

export interface ShownOnceProps {
  instance: Instance
  username: string
  password: string
  onDone: () => void
}

/** A password that the service made: with the way to copy it, and to try it. */
export function ShownOnce({ instance, username, password, onDone }: ShownOnceProps) {
  const credentials = `-u ${shellQuoted(username)} -P ${shellQuoted(password)}`
  const command = `mosquitto_sub ${mosquittoAddress(instance.endpoints.mqtt)} -t '#' -v \\\n  ${credentials}`
  return (
    <Stack gap="sm">
      <Text size="sm">{words.text}</Text>
      <CodeBlock code={password} what={words.password} />
      <Text size="sm">{words.tryIt}</Text>
      <CodeBlock code={command} what={words.command} />
      <Group justify="flex-end">
        <Button data-autofocus onClick={onDone}>
          {words.done}
        </Button>
      </Group>
    </Stack>
  )
}
