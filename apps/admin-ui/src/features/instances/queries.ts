import type { CountersAnswer, Instance } from '@parley/contracts'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { get, query } from '../../lib/api-client'
import type { ListSearch } from '../../lib/list-search'
import { type Page, pageSize } from '../../lib/page'

/** All keys of what belongs to one instance begin with this: a deleted instance is forgotten as a whole. */
export function instanceKey(instanceId: string) {
  return ['instances', instanceId] as const
}

export function instanceQuery(instanceId: string) {
  return queryOptions({
    queryKey: [...instanceKey(instanceId), 'itself'],
    queryFn: ({ signal }) => get<Instance>(`/instances/${instanceId}`, signal)
  })
}

/** One page of the instances; the rows of before stay until the new ones are there. */
export function instancesQuery({ q, status, cursor }: ListSearch) {
  return queryOptions({
    queryKey: ['instance-list', { q, status, cursor }],
    queryFn: ({ signal }) =>
      get<Page<Instance>>(`/instances${query({ limit: pageSize, q, status, cursor })}`, signal),
    placeholderData: keepPreviousData
  })
}

const countersEveryMs = 3_000

/** What these instances do at the moment, for lists. */
export function countersQuery(instanceIds: readonly string[]) {
  return queryOptions({
    queryKey: ['counters', instanceIds],
    queryFn: ({ signal }) => get<CountersAnswer>(`/counters${query({ instanceId: instanceIds })}`, signal),
    enabled: instanceIds.length > 0,
    refetchInterval: countersEveryMs
  })
}

/** For lists of an instance: the rows of before stay until the new ones are there, but never those of another instance. */
export function keepPreviousOf(instanceId: string) {
  return <T>(previous: T | undefined, query: { queryKey: readonly unknown[] } | undefined): T | undefined =>
    query?.queryKey[1] === instanceId ? previous : undefined
}
