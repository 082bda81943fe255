import type { CountersAnswer, Instance } from '@parley/contracts'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { get, query } from '../../lib/api-client'
import type { ListSearch } from '../../lib/list-search'
import { type Page, pageSize } from '../../lib/page'

/** All keys of what belongs to one instance begin with this: a deleted instance is forgotten as a whole. */
export function instanceKey(instanceId: string) {
  return ['instances', instanceId] as const
}

/** All keys of lists of instances begin with this. */
export const instanceListKey = ['instance-list'] as const

const rolloutEveryMs = 1_000

/** A change on its way to the nodes is watched until it is everywhere. */
function whileRollingOut(instances: readonly Instance[] | undefined): number | false {
  return instances?.some(({ rollout: { nodes, applied } }) => applied < nodes) ? rolloutEveryMs : false
}

export function instanceQuery(instanceId: string) {
  return queryOptions({
    queryKey: [...instanceKey(instanceId), 'itself'],
    queryFn: ({ signal }) => get<Instance>(`/instances/${instanceId}`, signal),
    refetchInterval: ({ state }) => whileRollingOut(state.data && [state.data])
  })
}

/** One page of the instances; the rows of before stay until the new ones are there. */
export function instancesQuery({ q, status, cursor }: ListSearch) {
  return queryOptions({
    queryKey: [...instanceListKey, { q, status, cursor }],
    queryFn: ({ signal }) =>
      get<Page<Instance>>(`/instances${query({ limit: pageSize, q, status, cursor })}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => whileRollingOut(state.data?.items)
  })
}

const countersEveryMs = 3_000

/** What these instances do at the moment, for lists. */
export function countersQuery(instanceIds: readonly string[]) {
  return queryOptions({
    queryKey: ['counters', instanceIds],
    queryFn: ({ signal }) => get<CountersAnswer>(`/counters${query({ instanceId: instanceIds })}`, signal),
    enabled: instanceIds.length > 0,
    placeholderData: keepPreviousData,
    refetchInterval: countersEveryMs
  })
}

/** For lists of an instance: the rows of before stay until the new ones are there, but never those of another instance. */
export function keepPreviousOf(instanceId: string) {
  return <T>(previous: T | undefined, query: { queryKey: readonly unknown[] } | undefined): T | undefined =>
    query?.queryKey[1] === instanceId ? previous : undefined
}
