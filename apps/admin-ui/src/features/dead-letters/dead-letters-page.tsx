import { SegmentedControl, Text } from '@mantine/core'
import type { Instance, ReplyJobState } from '@parley/contracts'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { EmptyState } from '../../components/empty-state'
import { ErrorPanel } from '../../components/error-panel'
import { PageHeader } from '../../components/page-header'
import { PageSkeleton } from '../../components/page-skeleton'
import { Pager } from '../../components/pager'
import { texts } from '../../texts'
import { instanceQuery } from '../instances/queries'
import { DiscardJobs } from './discard-jobs'
import type { Followed } from './followed'
import { FollowedPanel } from './followed-panel'
import { JobDrawer } from './job-drawer'
import { type JobActs, JobsTable } from './jobs-table'
import { commandsThatLeaveOne, formatDuration, givenUpAfterMs } from './make-one'
import { jobsQuery } from './queries'
import { SelectionBar } from './selection-bar'
import { useFollowed } from './use-followed'
import { type Redrive, useRedrive } from './use-redrive'

const words = texts.deadLetters
const from = '/signed-in/instances/$instanceId/dead-letters'
const noneSelected: ReadonlySet<string> = new Set()
const states = (['dead', 'waiting'] as const).map((value) => ({ value, label: words.states[value] }))

/** Replies that could not be published: look into them, try them again, throw them away. */
export function DeadLettersPage() {
  const { instanceId } = useParams({ from })
  const { data: instance } = useQuery(instanceQuery(instanceId))
  return instance ? <DeadLetters key={instanceId} instance={instance} /> : <PageSkeleton />
}

function DeadLetters({ instance }: { instance: Instance }) {
  const search = useSearch({ from })
  const navigate = useNavigate({ from: '/instances/$instanceId/dead-letters' })
  const { followed, follow, close } = useFollowed(instance.id)
  const redriving = useRedrive(instance.id, follow)
  const state: ReplyJobState = search.state === 'waiting' ? 'waiting' : 'dead'
  const go = (to: ReplyJobState, cursor?: string) =>
    void navigate({ search: { ...(to === 'waiting' && { state: to }), ...(cursor && { cursor }) } })
  return (
    <>
      <PageHeader title={words.title} about={words.about} order={2} />
      <SegmentedControl
        mb="sm"
        size="xs"
        aria-label={words.state}
        data={states}
        value={state}
        onChange={(to) => go(to)}
      />
      <FollowedPanel followed={followed} onClose={close} />
      <Jobs
        // Another page of the list begins without a selection.
        key={`${state} ${search.cursor}`}
        instance={instance}
        state={state}
        cursor={search.cursor}
        onGo={(cursor) => go(state, cursor)}
        followed={followed}
        redriving={redriving}
      />
    </>
  )
}

interface JobsProps {
  instance: Instance
  state: ReplyJobState
  cursor: string | undefined
  onGo: (cursor: string | undefined) => void
  followed: readonly Followed[]
  redriving: Redrive
}

function Jobs({ instance, state, cursor, onGo, followed, redriving }: JobsProps) {
  const { data, error, refetch } = useQuery(jobsQuery(instance.id, state, cursor))
  const [selected, setSelected] = useState<ReadonlySet<string>>(noneSelected)
  const [inspectedId, setInspectedId] = useState<string>()
  const [discardedIds, setDiscardedIds] = useState<readonly string[]>()
  const { redrive, pending } = redriving
  const acts = useMemo(
    (): JobActs => ({
      onInspect: ({ id }) => setInspectedId(id),
      onRedrive: (job) => redrive([job]),
      onDiscard: ({ id }) => setDiscardedIds([id])
    }),
    [redrive]
  )
  // What has left the list meanwhile is not selected any more.
  const chosen = data?.items.filter(({ id }) => selected.has(id)) ?? []
  const none = data?.items.length === 0
  if (none && !cursor && !error && !inspectedId) return <Nothing instance={instance} state={state} />
  return (
    <>
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      <SelectionBar
        count={chosen.length}
        redriving={pending}
        onRedrive={() => redrive(chosen)}
        onDiscard={() => setDiscardedIds(chosen.map(({ id }) => id))}
        onClear={() => setSelected(noneSelected)}
      />
      {none && <Text size="sm">{words.nothingHere}</Text>}
      {!none && !(error && !data) && (
        <JobsTable
          state={state}
          jobs={data?.items}
          selection={{ selected, onChange: setSelected }}
          {...acts}
        />
      )}
      <Pager cursor={cursor} nextCursor={data?.nextCursor} onGo={onGo} />
      <JobDrawer
        jobId={inspectedId}
        job={data?.items.find(({ id }) => id === inspectedId)}
        fate={followed.find(({ job }) => job.id === inspectedId)?.fate}
        onClose={() => setInspectedId(undefined)}
        onRedrive={acts.onRedrive}
        onDiscard={acts.onDiscard}
      />
      <DiscardJobs
        instance={instance}
        ids={discardedIds}
        onClose={() => setDiscardedIds(undefined)}
        onDone={() => {
          setDiscardedIds(undefined)
          setSelected(noneSelected)
          setInspectedId(undefined)
        }}
      />
    </>
  )
}

function Nothing({ instance, state }: { instance: Instance; state: ReplyJobState }) {
  const { emptyWaiting, emptyDead, credentials } = words
  const { retry } = instance.autoReply
  const [title, text] =
    state === 'waiting'
      ? [emptyWaiting.title, emptyWaiting.text]
      : [emptyDead.title, emptyDead.text(retry.attempts, formatDuration(givenUpAfterMs(retry)))]
  return (
    <EmptyState
      title={title}
      text={instance.authentication.anonymous ? text : `${text} ${credentials}`}
      command={commandsThatLeaveOne(instance)}
    />
  )
}
