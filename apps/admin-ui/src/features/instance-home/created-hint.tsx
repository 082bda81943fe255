import { Alert, Group, Stack, Text } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { IconCircleCheck } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { ButtonLink } from '../../components/links'
import { texts } from '../../texts'

const { created: words } = texts.instanceHome

/** What comes next, right after an instance was made. */
export function CreatedHint({ instance }: { instance: Instance }) {
  const navigate = useNavigate({ from: '/instances/$instanceId' })
  const { anonymous } = instance.authentication
  const params = { instanceId: instance.id }
  return (
    <Alert
      color="teal"
      variant="light"
      icon={<IconCircleCheck />}
      title={words.title(instance.name)}
      withCloseButton
      closeButtonLabel={words.dismiss}
      onClose={() => void navigate({ search: {}, replace: true })}
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{anonymous ? words.anonymous : words.withUsers}</Text>
        <Group gap="xs">
          {!anonymous && (
            <ButtonLink to="/instances/$instanceId/users" params={params} size="xs">
              {words.addUser}
            </ButtonLink>
          )}
          <ButtonLink
            to="/instances/$instanceId/try-it"
            params={params}
            size="xs"
            variant={anonymous ? 'filled' : 'default'}
          >
            {words.tryIt}
          </ButtonLink>
        </Group>
      </Stack>
    </Alert>
  )
}
