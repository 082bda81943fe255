import { Group, Skeleton, Stack, Text, Tooltip } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { CopyButton } from '../../components/copy-button'
import type { Columns } from '../../components/data-table'
import { DeviceText } from '../../components/device-text'
import { TextLink } from '../../components/links'
import { Time } from '../../components/time'
import { formatCount } from '../../lib/format'
import { texts } from '../../texts'
import { InstanceMenu } from './instance-menu'
import { Rollout } from './rollout'
import { StatusBadge } from './status-badge'

const words = texts.instances

export interface InstanceRow {
  instance: Instance
  connections: number | 'pending' | 'unknown'
}

export type ActOnInstance = (instance: Instance, act: 'suspend' | 'resume' | 'delete') => void

/** The columns of the list; `onAct` is called for what a row's menu chose. */
export function columnsOf(onAct: ActOnInstance): Columns<InstanceRow> {
  const { columns } = words
  return [
    { id: 'name', header: columns.name, cell: ({ row }) => <Name instance={row.original.instance} /> },
    { id: 'id', header: columns.id, cell: ({ row }) => <Id id={row.original.instance.id} /> },
    {
      id: 'status',
      header: columns.status,
      cell: ({ row }) => <StatusBadge status={row.original.instance.status} />
    },
    {
      id: 'connections',
      header: columns.connections,
      cell: ({ row }) => <Connections connections={row.original.connections} />
    },
    { id: 'rollout', header: columns.rollout, cell: ({ row }) => <Rollout {...row.original.instance} /> },
    {
      id: 'created',
      header: columns.created,
      cell: ({ row }) => <Time iso={row.original.instance.createdAt} />
    },
    {
      id: 'actions',
      header: texts.words.actions,
      cell: ({ row }) => <InstanceMenu instance={row.original.instance} onAct={onAct} />
    }
  ]
}

function Name({ instance: { id, name, remark } }: { instance: Instance }) {
  return (
    <Stack gap={0} miw={140}>
      <TextLink to="/instances/$instanceId" params={{ instanceId: id }} size="sm" fw={500}>
        {name}
      </TextLink>
      {remark && <DeviceText value={remark} ff="text" size="xs" c="dimmed" lineClamp={2} />}
    </Stack>
  )
}

function Id({ id }: { id: string }) {
  return (
    <Group gap={2} wrap="nowrap">
      <Text size="sm" ff="monospace" style={{ whiteSpace: 'nowrap' }}>
        {id}
      </Text>
      <CopyButton value={id} what={id} />
    </Group>
  )
}

function Connections({ connections }: { connections: InstanceRow['connections'] }) {
  if (connections === 'pending') return <Skeleton height={16} width={32} />
  if (connections !== 'unknown') return formatCount(connections)
  return (
    <Tooltip label={words.unknownFigure} withArrow>
      <Text component="span" size="sm" c="dimmed">
        –
      </Text>
    </Tooltip>
  )
}
