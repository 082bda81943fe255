import type { Instance } from '@parley/contracts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ConfirmByName } from '../../components/confirm-by-name'
import { tellDone, tellHeld } from '../../lib/notify'
import { texts } from '../../texts'
import { discardJobs, jobsKey } from './queries'

const { discard: words } = texts.deadLetters

export interface DiscardJobsProps {
  instance: Instance
  /** Undefined: none are to be discarded. */
  ids: readonly string[] | undefined
  onDone: () => void
  onClose: () => void
}

/** Asks before replies are thrown away: for the name of the instance, or, of several, for how many they are. */
export function DiscardJobs({ instance, ids, onDone, onClose }: DiscardJobsProps) {
  const client = useQueryClient()
  const discarding = useMutation({
    mutationFn: (discarded: readonly string[]) => discardJobs(instance.id, discarded),
    onSuccess({ done, missing }) {
      if (done > 0) tellDone(words.done(done))
      if (missing.length > 0) tellHeld(words.missing(missing.length))
      onDone()
      void client.invalidateQueries({ queryKey: jobsKey(instance.id) })
    }
  })
  const close = () => {
    discarding.reset()
    onClose()
  }
  const count = ids?.length ?? 0
  return (
    <ConfirmByName
      opened={ids !== undefined}
      title={words.title(count)}
      name={count === 1 ? instance.name : String(count)}
      act={words.submit(count)}
      onConfirm={() => ids && discarding.mutate(ids)}
      onClose={close}
      pending={discarding.isPending}
      error={discarding.error}
    >
      {words.text(count, instance.name)}
    </ConfirmByName>
  )
}
