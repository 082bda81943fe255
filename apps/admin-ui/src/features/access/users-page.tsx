import { Alert, Button, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { Instance, MqttUser } from '@parley/contracts'
import { IconInfoCircle, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { EmptyState } from '../../components/empty-state'
import { ErrorPanel } from '../../components/error-panel'
import { TextLink } from '../../components/links'
import { ListToolbar } from '../../components/list-toolbar'
import { PageHeader } from '../../components/page-header'
import { PageSkeleton } from '../../components/page-skeleton'
import { Pager } from '../../components/pager'
import { visible } from '../../lib/format'
import type { ListSearch } from '../../lib/list-search'
import { tellDone, tellFailed } from '../../lib/notify'
import { curlJson } from '../../lib/shell'
import { texts } from '../../texts'
import { instanceQuery } from '../instances/queries'
import { NewUser } from './new-user'
import { type UserAct, UserActs } from './user-acts'
import { updateUser, usersQuery, useUserMutation } from './users-queries'
import { UsersTable } from './users-table'

const words = texts.users
const from = '/signed-in/instances/$instanceId/users'

/** The users of an instance: who they are, when they were last there, and what can be done to them. */
export function UsersPage() {
  const { instanceId } = useParams({ from })
  const { data: instance } = useQuery(instanceQuery(instanceId))
  return instance ? <Users instance={instance} /> : <PageSkeleton />
}

function Users({ instance }: { instance: Instance }) {
  const [creating, creation] = useDisclosure()
  const create = (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={creation.open}>
      {words.create}
    </Button>
  )
  return (
    <>
      <PageHeader title={words.title} about={words.about} actions={create} order={2} />
      {instance.authentication.anonymous && <AnonymousNote instanceId={instance.id} />}
      <UserList instance={instance} />
      <NewUser instance={instance} opened={creating} onClose={creation.close} />
    </>
  )
}

/** Not a warning: it may well be meant so. */
function AnonymousNote({ instanceId }: { instanceId: string }) {
  const { title, text, settings } = words.anonymous
  return (
    <Alert variant="default" icon={<IconInfoCircle />} title={title} mb="md">
      <Stack gap={4} align="flex-start">
        <Text size="sm" maw="75ch">
          {text}
        </Text>
        <TextLink to="/instances/$instanceId/settings" params={{ instanceId }} size="sm">
          {settings}
        </TextLink>
      </Stack>
    </Alert>
  )
}

function UserList({ instance }: { instance: Instance }) {
  const { q, cursor } = useSearch({ from })
  const navigate = useNavigate({ from: '/instances/$instanceId/users' })
  const { data, error, refetch, isPlaceholderData } = useQuery(usersQuery(instance.id, { q, cursor }))
  const [act, setAct] = useState<UserAct>()
  const enable = useEnable(instance.id)
  const go = (search: ListSearch) => void navigate({ search })
  const none = data?.items.length === 0 && !isPlaceholderData
  if (none && !q && !cursor && !error) return <NoUsers instance={instance} />
  return (
    <>
      <ListToolbar q={q} label={words.filter} onFilter={(typed) => go(typed ? { q: typed } : {})} />
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {none ? (
        <Text size="sm">{q ? texts.words.nothingMatches : words.nothingHere}</Text>
      ) : (
        !(error && !data) && <UsersTable users={data?.items} onAct={setAct} onEnable={enable} />
      )}
      <Pager
        cursor={cursor}
        nextCursor={data?.nextCursor}
        onGo={(to) => go({ ...(q && { q }), ...(to && { cursor: to }) })}
      />
      <UserActs instance={instance} act={act} onClose={() => setAct(undefined)} />
    </>
  )
}

function NoUsers({ instance: { id, authentication } }: { instance: Instance }) {
  const { title, text, textAnonymous } = words.empty
  return (
    <EmptyState
      title={title}
      text={authentication.anonymous ? textAnonymous : text}
      command={curlJson('POST', `/instances/${id}/users`, { username: 'door-7' })}
    />
  )
}

function useEnable(instanceId: string): (user: MqttUser) => void {
  const { mutate } = useUserMutation(instanceId, {
    change: ({ username }: MqttUser) => updateUser(instanceId, username, { status: 'enabled' }),
    onDone: ({ username }) => tellDone(words.enable.done(visible(username))),
    onError: (error, { username }) => tellFailed(words.enable.failed(visible(username)), error)
  })
  return useCallback((user) => mutate(user), [mutate])
}
