import type { ReplyJobView } from '@parley/contracts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { type Followed, lookAfter } from './followed'
import { jobsKey } from './queries'

const lookEveryMs = 1_000

export interface Following {
  followed: Followed[]
  /** From now on, together with those before that are still being tried. */
  follow: (jobs: readonly ReplyJobView[]) => void
  close: () => void
}

/** Follows replies from their re-drive until each is gone or dead again. */
export function useFollowed(instanceId: string): Following {
  const client = useQueryClient()
  const [followed, setFollowed] = useState<Followed[]>([])
  const trying = followed.filter(({ fate }) => fate === 'trying').map(({ job }) => job.id)
  const { data } = useQuery({
    queryKey: [...jobsKey(instanceId), 'followed', trying],
    queryFn: ({ signal }) => lookAfter(instanceId, followed, signal),
    enabled: trying.length > 0,
    refetchInterval: lookEveryMs,
    staleTime: 0,
    gcTime: 0
  })
  useEffect(() => {
    if (!data) return
    setFollowed((before) => mergedWith(data, before))
    if (data.some(({ fate }) => fate !== 'trying')) {
      for (const state of ['dead', 'waiting']) {
        void client.invalidateQueries({ queryKey: [...jobsKey(instanceId), state] })
      }
    }
  }, [data, client, instanceId])
  const follow = (jobs: readonly ReplyJobView[]) => {
    const again = new Set(jobs.map(({ id }) => id))
    const begun = jobs.map((job): Followed => ({ job, fate: 'trying' }))
    setFollowed((before) => [
      ...begun,
      ...before.filter(({ job, fate }) => fate === 'trying' && !again.has(job.id))
    ])
  }
  return { followed, follow, close: () => setFollowed([]) }
}

/** What has come to an end stays so, whatever an older look says. */
function mergedWith(looked: readonly Followed[], before: Followed[]): Followed[] {
  const byId = new Map(looked.map((one) => [one.job.id, one]))
  return before.map((one) => (one.fate === 'trying' ? (byId.get(one.job.id) ?? one) : one))
}
