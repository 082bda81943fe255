import type { ReplyJobState, ReplyJobsDone, ReplyJobView } from '@parley/contracts'
import { queryOptions } from '@tanstack/react-query'
import { get, query, request } from '../../lib/api-client'
import { type Page, pageSize } from '../../lib/page'
import { instanceKey, keepPreviousOf } from '../instances/queries'

/** While the page is seen; a hidden one does not ask. */
const refreshEveryMs = 5_000

export function jobsPath(instanceId: string): string {
  return `/instances/${instanceId}/reply-jobs`
}

function jobPath(instanceId: string, jobId: string): string {
  return `${jobsPath(instanceId)}/${encodeURIComponent(jobId)}`
}

/** The keys of all lists of reply jobs of an instance begin with this. */
export function jobsKey(instanceId: string) {
  return [...instanceKey(instanceId), 'reply-jobs'] as const
}

/** One page of the replies in one state, newest first. */
export function jobsQuery(instanceId: string, state: ReplyJobState, cursor: string | undefined) {
  return queryOptions({
    queryKey: [...jobsKey(instanceId), state, cursor],
    queryFn: ({ signal }) => readJobs(instanceId, { state, cursor, limit: pageSize }, signal),
    // Rows of the other state would be wrong under this one's columns.
    placeholderData: (previous, before) =>
      before?.queryKey[3] === state ? keepPreviousOf(instanceId)(previous, before) : undefined,
    refetchInterval: refreshEveryMs
  })
}

export interface JobsPage {
  state: ReplyJobState
  cursor?: string | undefined
  limit: number
}

export function readJobs(
  instanceId: string,
  { state, cursor, limit }: JobsPage,
  signal: AbortSignal
): Promise<Page<ReplyJobView>> {
  return get(`${jobsPath(instanceId)}${query({ state, limit, cursor })}`, signal)
}

/** Throws ApiProblem: `not_found` when it is published or discarded. */
export function readJob(instanceId: string, jobId: string, signal: AbortSignal): Promise<ReplyJobView> {
  return get(jobPath(instanceId, jobId), signal)
}

/** They are tried at once. Throws ApiProblem: `unavailable`. */
export function redriveJobs(instanceId: string, ids: readonly string[]): Promise<ReplyJobsDone> {
  return request('POST', `${jobsPath(instanceId)}/retry`, { body: { ids } })
}

/** They are never published. Throws ApiProblem: `unavailable`. */
export function discardJobs(instanceId: string, ids: readonly string[]): Promise<ReplyJobsDone> {
  return request('POST', `${jobsPath(instanceId)}/discard`, { body: { ids } })
}
