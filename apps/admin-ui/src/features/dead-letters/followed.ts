import type { ReplyJobView } from '@parley/contracts'
import { ApiProblem } from '../../lib/api-client'
import { isExpired } from './job-text'
import { readJob, readJobs } from './queries'

/** What became of a reply after its re-drive. */
export type Fate = 'trying' | 'published' | 'expired' | 'dead'

export interface Followed {
  job: ReplyJobView
  fate: Fate
}

/** As many as the API answers at once. */
const listedMax = 100

/** What became of those that are being tried: found in the lists, so that one look serves many. */
export async function lookAfter(
  instanceId: string,
  followed: readonly Followed[],
  signal: AbortSignal
): Promise<Followed[]> {
  // In this order: a reply that is given up between the two is found in the second.
  const waiting = await readJobs(instanceId, { state: 'waiting', limit: listedMax }, signal)
  const dead = await readJobs(instanceId, { state: 'dead', limit: listedMax }, signal)
  const listed = new Map([...waiting.items, ...dead.items].map((job) => [job.id, job]))
  const complete = waiting.nextCursor === null && dead.nextCursor === null
  return Promise.all(
    followed.map(async (one) => {
      if (one.fate !== 'trying') return one
      const now =
        listed.get(one.job.id) ?? (complete ? undefined : await found(instanceId, one.job.id, signal))
      return { job: now ?? one.job, fate: fateOf(now, one.job) }
    })
  )
}

/** A reply that is gone was published, unless nobody could want it any more. */
function fateOf(now: ReplyJobView | undefined, before: ReplyJobView): Fate {
  if (now) return now.state === 'dead' ? 'dead' : 'trying'
  return isExpired(before) ? 'expired' : 'published'
}

async function found(
  instanceId: string,
  jobId: string,
  signal: AbortSignal
): Promise<ReplyJobView | undefined> {
  try {
    return await readJob(instanceId, jobId, signal)
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return undefined
    throw error
  }
}
