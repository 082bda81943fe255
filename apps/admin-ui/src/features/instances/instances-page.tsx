import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { DataTable } from '../../components/data-table'
import { EmptyState } from '../../components/empty-state'
import { ErrorPanel } from '../../components/error-panel'
import { ButtonLink } from '../../components/links'
import { ListToolbar } from '../../components/list-toolbar'
import { PageHeader } from '../../components/page-header'
import { Pager } from '../../components/pager'
import type { ListSearch } from '../../lib/list-search'
import { texts } from '../../texts'
import { TryItInvitation } from '../try-it/try-it-invitation'
import { type ActOnInstance, columnsOf, type InstanceRow } from './columns'
import { DeleteInstance } from './delete-instance'
import { NothingMatches } from './nothing-matches'
import { countersQuery, instancesQuery } from './queries'
import { resumeInstance } from './resume-instance'
import { StatusFilter } from './status-filter'
import { SuspendInstance } from './suspend-instance'

const words = texts.instances
const from = '/signed-in/instances'

/** The instances of the tenant: how they are, and the way to each. */
export function InstancesPage() {
  const search = useSearch({ from })
  const { q, status, cursor } = search
  const navigate = useNavigate({ from: '/instances' })
  const { data, error, refetch } = useQuery(instancesQuery(search))
  const rows = useRows(data?.items)
  const filtered = q !== undefined || status !== undefined
  const nothing = data?.items.length === 0
  const go = (to: ListSearch) => void navigate({ search: to })
  if (nothing && !filtered && !cursor) return <FirstInstance />
  return (
    <>
      <PageHeader title={words.title} about={words.about} actions={<CreateButton />} />
      <TryItInvitation />
      <ListToolbar q={q} label={words.filter} onFilter={(value) => go(withFilter(search, { q: value }))}>
        <StatusFilter status={status} onFilter={(value) => go(withFilter(search, { status: value }))} />
      </ListToolbar>
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {nothing && <NothingMatches filtered={filtered} onClear={() => go({})} />}
      {!nothing && !(error && !data) && <InstanceTable rows={rows} />}
      <Pager cursor={cursor} nextCursor={data?.nextCursor} onGo={(to) => go(withCursor(search, to))} />
    </>
  )
}

/** Another filter begins at the first page. */
function withFilter(
  search: ListSearch,
  changed: { q?: string | undefined; status?: string | undefined }
): ListSearch {
  const { q, status } = { ...search, ...changed }
  return { ...(q && { q }), ...(status && { status }) }
}

function withCursor({ q, status }: ListSearch, cursor: string | undefined): ListSearch {
  return { ...(q && { q }), ...(status && { status }), ...(cursor && { cursor }) }
}

/** The page's instances with what each does at the moment; the same array while neither changed. */
function useRows(instances: InstanceRow['instance'][] | undefined): InstanceRow[] | undefined {
  const ids = useMemo(() => instances?.map(({ id }) => id) ?? [], [instances])
  const counters = useQuery(countersQuery(ids))
  return useMemo(() => {
    const known = new Map(counters.data?.items.map((one) => [one.instanceId, one.counters.connections]))
    return instances?.map((instance) => ({
      instance,
      connections: known.get(instance.id) ?? (counters.isPending ? 'pending' : 'unknown')
    }))
  }, [instances, counters.data, counters.isPending])
}

function InstanceTable({ rows }: { rows: InstanceRow[] | undefined }) {
  const [acting, setActing] = useState<Parameters<ActOnInstance>>()
  const columns = useMemo(
    () =>
      columnsOf((instance, act) => {
        if (act === 'resume') void resumeInstance(instance)
        else setActing([instance, act])
      }),
    []
  )
  const close = () => setActing(undefined)
  const [instance, act] = acting ?? []
  const connections = rows?.find((row) => row.instance.id === instance?.id)?.connections
  return (
    <>
      <DataTable
        caption={words.caption}
        columns={columns}
        rows={rows}
        rowId={(row) => row.instance.id}
        minWidth={880}
      />
      <SuspendInstance
        instance={act === 'suspend' ? instance : undefined}
        connections={typeof connections === 'number' ? connections : undefined}
        onClose={close}
      />
      <DeleteInstance instance={act === 'delete' ? instance : undefined} onClose={close} onDeleted={close} />
    </>
  )
}

function CreateButton() {
  return (
    <ButtonLink to="/instances/new" size="xs">
      {words.create}
    </ButtonLink>
  )
}

function FirstInstance() {
  return (
    <>
      <PageHeader title={words.title} about={words.about} />
      <EmptyState {...words.empty} action={<CreateButton />} command={createCommand()} />
    </>
  )
}

function createCommand(): string {
  return `curl -s ${location.origin}/api/v1/instances \\
  -H "authorization: Bearer $KEY" -H 'content-type: application/json' -d '{"name":"line-7"}'`
}
