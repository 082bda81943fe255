import { Paper, Text, Title } from '@mantine/core'
import type { Instance, LiveEvent, NodeRollout } from '@parley/contracts'
import { type Columns, DataTable } from '../../components/data-table'
import { DeviceText } from '../../components/device-text'
import { formatCount } from '../../lib/format'
import { texts } from '../../texts'
import { Rollout } from '../instances/rollout'

const { rollout: words } = texts.instanceHome
const minWidth = 300

const columns: Columns<NodeRollout> = [
  {
    id: 'node',
    header: words.node,
    cell: ({ row }) => <DeviceText value={row.original.node} display="block" miw={96} />
  },
  {
    id: 'revision',
    header: words.revision,
    cell: ({ row: { original } }) =>
      original.revision === null ? words.none : formatCount(original.revision)
  },
  {
    id: 'state',
    header: words.state,
    cell: ({ row: { original } }) => <State current={original.current} />
  },
  {
    id: 'connections',
    header: words.connections,
    cell: ({ row }) => formatCount(row.original.connections)
  }
]

/** Which revision each node runs. */
export function NodeTable({ instance, event }: { instance: Instance; event: LiveEvent | undefined }) {
  return (
    <Paper component="section" withBorder p="md" aria-label={words.title}>
      <Title order={2} size="h2" mb={4}>
        {words.title}
      </Title>
      <Rollout
        revision={event?.revision ?? instance.revision}
        rollout={rolloutOf(event) ?? instance.rollout}
      />
      {event?.nodes.length === 0 ? (
        <Text size="sm" mt="xs">
          {words.noNodes}
        </Text>
      ) : (
        <DataTable
          caption={words.caption}
          columns={columns}
          rows={event?.nodes}
          rowId={({ node }) => node}
          minWidth={minWidth}
          skeletonRows={1}
        />
      )}
    </Paper>
  )
}

function rolloutOf(event: LiveEvent | undefined): Instance['rollout'] | undefined {
  if (!event) return undefined
  return { nodes: event.nodes.length, applied: event.nodes.filter(({ current }) => current).length }
}

/** One that is behind catches the eye. */
function State({ current }: { current: boolean }) {
  return (
    <Text size="sm" fw={current ? 400 : 600} miw={72}>
      {current ? words.current : words.behind}
    </Text>
  )
}
