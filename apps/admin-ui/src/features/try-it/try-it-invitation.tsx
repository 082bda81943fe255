import { CloseButton, Group, Paper, Text } from '@mantine/core'
import { useLocalStorage } from '@mantine/hooks'
import type { Instance } from '@parley/contracts'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ButtonLink } from '../../components/links'
import { texts } from '../../texts'
import { instanceQuery, instancesQuery } from '../instances/queries'
import { tourFlag } from './tour-flag'

const invitation = texts.tryItInvitation

/** For a first visit: leads to a reply on the instance of this page, or on the one of the list that is easiest to try. */
export function TryItInvitation() {
  const [tour, setTour] = useLocalStorage(tourFlag)
  const instance = useInvitedTo(tour === 'open')
  if (tour !== 'open' || !instance) return null
  return (
    <Paper withBorder p="sm" mb="md" component="section" aria-label={invitation.title}>
      <Group gap="sm" justify="space-between" wrap="nowrap" align="flex-start">
        <Group gap="sm" style={{ rowGap: 8 }}>
          <div>
            <Text size="sm" fw={600}>
              {invitation.title}
            </Text>
            <Text size="sm" c="dimmed">
              {invitation.text(instance.name)}
            </Text>
          </div>
          <ButtonLink
            size="xs"
            variant="light"
            to="/instances/$instanceId/try-it"
            params={{ instanceId: instance.id }}
          >
            {invitation.go}
          </ButtonLink>
        </Group>
        <CloseButton size="sm" aria-label={invitation.dismiss} onClick={() => setTour('over')} />
      </Group>
    </Paper>
  )
}

function useInvitedTo(open: boolean): Instance | undefined {
  const { instanceId } = useParams({ strict: false })
  const one = useQuery({ ...instanceQuery(instanceId ?? ''), enabled: open && instanceId !== undefined })
  const list = useQuery({ ...instancesQuery({}), enabled: open && instanceId === undefined })
  const candidates = instanceId === undefined ? (list.data?.items ?? []) : one.data ? [one.data] : []
  const running = candidates.filter(({ status }) => status === 'running')
  return running.find(({ authentication }) => authentication.anonymous) ?? running[0]
}
