import { Anchor, Button, Group } from '@mantine/core'
import type { ReplyJobState, ReplyJobView } from '@parley/contracts'
import { useMemo } from 'react'
import { type Columns, DataTable } from '../../components/data-table'
import { DeviceText } from '../../components/device-text'
import type { RowSelection } from '../../components/row-selection'
import { Time } from '../../components/time'
import { visible } from '../../lib/format'
import { texts } from '../../texts'
import { jobName, lastErrorText } from './job-text'

const words = texts.deadLetters
const minWidth = 860
/** Of a topic or a client id; a longer one is read in the drawer. */
const linesMax = 2

/** What can be done to one reply. Keep the functions the same from one rendering to the next. */
export interface JobActs {
  onInspect: (job: ReplyJobView) => void
  onRedrive: (job: ReplyJobView) => void
  onDiscard: (job: ReplyJobView) => void
}

export interface JobsTableProps extends JobActs {
  state: ReplyJobState
  jobs: ReplyJobView[] | undefined
  selection: RowSelection
}

/** The replies of one state. */
export function JobsTable({ state, jobs, selection, onInspect, onRedrive, onDiscard }: JobsTableProps) {
  const columns = useMemo(
    () => columnsOf(state, { onInspect, onRedrive, onDiscard }),
    [state, onInspect, onRedrive, onDiscard]
  )
  return (
    <DataTable
      caption={words.captions[state]}
      columns={columns}
      rows={jobs}
      rowId={({ id }) => id}
      minWidth={minWidth}
      selection={{ ...selection, nameOf: jobName }}
    />
  )
}

function columnsOf(
  state: ReplyJobState,
  { onInspect, onRedrive, onDiscard }: JobActs
): Columns<ReplyJobView> {
  const { columns } = words
  return [
    {
      id: 'topic',
      header: columns.topic,
      cell: ({ row: { original } }) => (
        <Anchor
          component="button"
          ta="left"
          aria-label={words.inspect(visible(original.responseTopic))}
          onClick={() => onInspect(original)}
        >
          <DeviceText value={original.responseTopic} lineClamp={linesMax} />
        </Anchor>
      )
    },
    {
      id: 'responder',
      header: columns.responder,
      cell: ({ row }) => <DeviceText value={row.original.responderClientId} lineClamp={linesMax} />
    },
    {
      id: 'attempts',
      header: columns.attempts,
      cell: ({ row }) => words.attempts(row.original.attempts.made, row.original.attempts.max)
    },
    { id: 'lastError', header: columns.lastError, cell: ({ row }) => lastErrorText(row.original) },
    state === 'dead'
      ? { id: 'at', header: columns.deadAt, cell: ({ row }) => <When iso={row.original.deadAt} /> }
      : {
          id: 'at',
          header: columns.nextAttemptAt,
          cell: ({ row }) => <When iso={row.original.nextAttemptAt} />
        },
    {
      id: 'actions',
      header: texts.words.actions,
      cell: ({ row: { original } }) => (
        <Group gap={4} wrap="nowrap">
          <Button
            size="compact-xs"
            variant="default"
            aria-label={words.redrive.of(jobName(original))}
            onClick={() => onRedrive(original)}
          >
            {words.redrive.act}
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            aria-label={words.discard.of(jobName(original))}
            onClick={() => onDiscard(original)}
          >
            {words.discard.act}
          </Button>
        </Group>
      )
    }
  ]
}

function When({ iso }: { iso: string | null }) {
  return iso ? <Time iso={iso} /> : null
}
