import { Button, Group, Stack, Text } from '@mantine/core'
import type { MqttUser } from '@parley/contracts'
import { ErrorPanel } from '../../components/error-panel'
import { visible } from '../../lib/format'
import { tellDone } from '../../lib/notify'
import { texts } from '../../texts'
import { updateUser, useUserMutation } from './users-queries'

const { disable: words } = texts.users

export interface DisableUserProps {
  instanceId: string
  user: MqttUser
  onDone: () => void
}

/** Says what ends before it ends it. It can be taken back, so no name is asked for. */
export function DisableUser({ instanceId, user, onDone }: DisableUserProps) {
  const change = useUserMutation(instanceId, {
    change: () => updateUser(instanceId, user.username, { status: 'disabled' }),
    onDone() {
      onDone()
      tellDone(words.done(visible(user.username)))
    }
  })
  return (
    <Stack gap="sm">
      <Text size="sm">{words.text}</Text>
      {change.error && <ErrorPanel error={change.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onDone}>
          {texts.words.cancel}
        </Button>
        <Button data-autofocus loading={change.isPending} onClick={() => change.mutate(undefined)}>
          {words.submit}
        </Button>
      </Group>
    </Stack>
  )
}
