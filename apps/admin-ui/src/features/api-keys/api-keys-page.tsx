import { Badge, Button, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { ApiKeyView } from '@parley/contracts'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { type Columns, DataTable } from '../../components/data-table'
import { EmptyState } from '../../components/empty-state'
import { ErrorPanel } from '../../components/error-panel'
import { PageHeader } from '../../components/page-header'
import { Pager } from '../../components/pager'
import { Time } from '../../components/time'
import { texts } from '../../texts'
import { NewApiKey } from './new-api-key'
import { apiKeysQuery } from './queries'
import { RevokeApiKey } from './revoke-api-key'
import { mayEverything } from './scopes'

const words = texts.apiKeys
const from = '/signed-in/api-keys'

/** The tenant's API keys: create, see what they may do and when they were used, revoke. */
export function ApiKeysPage() {
  const { cursor } = useSearch({ from })
  const navigate = useNavigate({ from: '/api-keys' })
  const { data, error, refetch } = useQuery(apiKeysQuery(cursor))
  const [creating, creation] = useDisclosure()
  const [revoking, setRevoking] = useState<ApiKeyView>()
  const columns = useMemo(() => columnsOf(setRevoking), [])
  const create = (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={creation.open}>
      {words.create}
    </Button>
  )
  const empty = data?.items.length === 0 && !cursor
  return (
    <>
      <PageHeader title={words.title} about={words.about} actions={create} />
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {empty ? (
        <EmptyState {...words.empty} command={listCommand()} />
      ) : (
        <DataTable caption={words.caption} columns={columns} rows={data?.items} rowId={(key) => key.id} />
      )}
      <Pager
        cursor={cursor}
        nextCursor={data?.nextCursor}
        onGo={(to) => void navigate({ search: to ? { cursor: to } : {} })}
      />
      <NewApiKey opened={creating} onClose={creation.close} />
      <RevokeApiKey apiKey={revoking} onClose={() => setRevoking(undefined)} />
    </>
  )
}

function listCommand(): string {
  return `curl -s ${location.origin}/api/v1/instances -H "authorization: Bearer $KEY"`
}

function columnsOf(onRevoke: (key: ApiKeyView) => void): Columns<ApiKeyView> {
  const { columns } = words
  return [
    { id: 'name', header: columns.name, cell: ({ row }) => <Name apiKey={row.original} /> },
    {
      id: 'key',
      header: columns.key,
      cell: ({ row }) => (
        <Text size="sm" ff="monospace">
          pk_{row.original.id}_…
        </Text>
      )
    },
    { id: 'scopes', header: columns.scopes, cell: ({ row }) => <Scopes apiKey={row.original} /> },
    { id: 'created', header: columns.created, cell: ({ row }) => <Time iso={row.original.createdAt} /> },
    {
      id: 'expires',
      header: columns.expires,
      cell: ({ row: { original } }) =>
        original.expiresAt ? <Time iso={original.expiresAt} /> : words.neverExpires
    },
    {
      id: 'lastUsed',
      header: columns.lastUsed,
      cell: ({ row: { original } }) =>
        original.lastUsedAt ? <Time iso={original.lastUsedAt} /> : words.neverUsed
    },
    {
      id: 'actions',
      header: texts.words.actions,
      cell: ({ row: { original } }) =>
        original.status !== 'revoked' && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={words.revoke.of(original.name)}
            onClick={() => onRevoke(original)}
          >
            {words.revoke.act}
          </Button>
        )
    }
  ]
}

function Name({ apiKey: { name, status } }: { apiKey: ApiKeyView }) {
  return (
    <Group gap="xs" wrap="nowrap">
      <Text size="sm" fw={500}>
        {name}
      </Text>
      {status !== 'active' && (
        <Badge size="sm" variant="default">
          {words.status[status]}
        </Badge>
      )}
    </Group>
  )
}

function Scopes({ apiKey: { scopes } }: { apiKey: ApiKeyView }) {
  if (mayEverything(scopes)) return words.allScopes
  return (
    <Group gap={4}>
      {scopes.map((scope) => (
        <Badge key={scope} size="sm" variant="default" tt="none">
          {scope}
        </Badge>
      ))}
    </Group>
  )
}
