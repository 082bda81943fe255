import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import type { AuthorizationPolicy, Instance } from '@parley/contracts'
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ErrorPanel } from '../../components/error-panel'
import { TextLink } from '../../components/links'
import { texts } from '../../texts'
import { instanceKey, instanceQuery } from '../instances/queries'
import { switchAuthorizationOn } from './policies-queries'

const { off, lockedOut } = texts.policies

export interface AuthorizationNoteProps {
  instance: Instance
  policies: readonly AuthorizationPolicy[]
}

/** Says when the policies are not asked, and when they let nobody in. */
export function AuthorizationNote({ instance, policies }: AuthorizationNoteProps) {
  const someGetIn = policies.some(
    ({ effect, status, actions }) => effect === 'allow' && status === 'active' && actions.includes('connect')
  )
  if (!instance.authorization.enabled) return <OffNote instance={instance} someGetIn={someGetIn} />
  if (someGetIn) return null
  return (
    <Alert color="orange" variant="light" icon={<IconAlertTriangle />} title={lockedOut.title} mb="md">
      <Text size="sm">{lockedOut.text}</Text>
    </Alert>
  )
}

function OffNote({ instance: { id: instanceId }, someGetIn }: { instance: Instance; someGetIn: boolean }) {
  const client = useQueryClient()
  const switching = useMutation({
    mutationFn: () => switchAuthorizationOn(instanceId),
    onSuccess(instance) {
      client.setQueryData(instanceQuery(instanceId).queryKey, instance)
      void client.invalidateQueries({ queryKey: instanceKey(instanceId) })
    }
  })
  return (
    <Alert variant="default" icon={<IconInfoCircle />} title={off.title} mb="md">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" maw="75ch">
          {off.text} {someGetIn ? off.some : <strong>{off.nobody}</strong>}
        </Text>
        {switching.error && <ErrorPanel error={switching.error} />}
        <Group gap="md">
          <Button
            size="xs"
            variant="default"
            loading={switching.isPending}
            onClick={() => switching.mutate()}
          >
            {off.act}
          </Button>
          <TextLink to="/instances/$instanceId/settings" params={{ instanceId }} size="sm">
            {off.settings}
          </TextLink>
        </Group>
      </Stack>
    </Alert>
  )
}
