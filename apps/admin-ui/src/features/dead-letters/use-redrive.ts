import type { ReplyJobView } from '@parley/contracts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { tellFailed, tellHeld } from '../../lib/notify'
import { texts } from '../../texts'
import { isExpired } from './job-text'
import { jobsKey, redriveJobs } from './queries'

const { redrive: words } = texts.deadLetters

export interface Redrive {
  redrive: (jobs: readonly ReplyJobView[]) => void
  pending: boolean
}

/** Has replies tried again at once; those that were still there are handed on to be followed. */
export function useRedrive(instanceId: string, follow: (jobs: readonly ReplyJobView[]) => void): Redrive {
  const client = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: (jobs: readonly ReplyJobView[]) =>
      redriveJobs(
        instanceId,
        jobs.map(({ id }) => id)
      ),
    onSuccess({ missing }, jobs) {
      follow(jobs.filter(({ id }) => !missing.includes(id)))
      const left = jobs.filter(({ id }) => missing.includes(id))
      const expired = left.filter(isExpired).length
      if (expired > 0) tellHeld(words.expired(expired))
      if (left.length > expired) tellHeld(words.missing(left.length - expired))
      void client.invalidateQueries({ queryKey: jobsKey(instanceId) })
    },
    onError: (error) => tellFailed(words.failed, error)
  })
  return { redrive: useCallback((jobs) => mutate(jobs), [mutate]), pending: isPending }
}
