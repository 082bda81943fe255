import { Text } from '@mantine/core'
import type { MqttUser } from '@parley/contracts'
import { useMemo } from 'react'
import { type Columns, DataTable } from '../../components/data-table'
import { DeviceText } from '../../components/device-text'
import { DotBadge } from '../../components/dot-badge'
import { Time } from '../../components/time'
import { visible } from '../../lib/format'
import { texts } from '../../texts'
import { UserMenu, type UserMenuProps } from './user-menu'

const words = texts.users
const minWidth = 720

export interface UsersTableProps extends Omit<UserMenuProps, 'user'> {
  users: MqttUser[] | undefined
}

/** The users, with what can be done to each. Keep both functions the same from one rendering to the next. */
export function UsersTable({ users, onAct, onEnable }: UsersTableProps) {
  const columns = useMemo(() => columnsOf({ onAct, onEnable }), [onAct, onEnable])
  return (
    <DataTable
      caption={words.caption}
      columns={columns}
      rows={users}
      rowId={({ username }) => username}
      minWidth={minWidth}
    />
  )
}

function columnsOf(acts: Omit<UserMenuProps, 'user'>): Columns<MqttUser> {
  const { columns } = words
  return [
    {
      id: 'username',
      header: columns.username,
      cell: ({ row }) => <DeviceText value={row.original.username} fw={500} />
    },
    {
      id: 'status',
      header: columns.status,
      cell: ({ row: { original } }) => (
        <DotBadge colour={original.status === 'enabled' ? 'teal' : 'orange'}>
          {words.status[original.status]}
        </DotBadge>
      )
    },
    {
      id: 'remark',
      header: columns.remark,
      cell: ({ row }) => (
        <Text component="bdi" size="sm" style={{ overflowWrap: 'anywhere' }}>
          {visible(row.original.remark)}
        </Text>
      )
    },
    {
      id: 'lastSeen',
      header: columns.lastSeen,
      cell: ({ row: { original } }) =>
        original.lastSeenAt ? <Time iso={original.lastSeenAt} /> : words.neverSeen
    },
    { id: 'created', header: columns.created, cell: ({ row }) => <Time iso={row.original.createdAt} /> },
    {
      id: 'actions',
      header: texts.words.actions,
      cell: ({ row }) => <UserMenu user={row.original} {...acts} />
    }
  ]
}
