import { useDebouncedValue } from '@mantine/hooks'
import type { DryRun, DryRunAnswer } from '@parley/contracts'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { request } from '../../../lib/api-client'
import { rulesKey } from '../queries'

const typingPauseMs = 250
const keptMs = 10_000

export interface DryRunState {
  /** The last one that came; undefined: none yet. */
  answer: DryRunAnswer | undefined
  /** Of what was asked last, when it was refused. */
  error: unknown
  /** False while the answer is that of an earlier question. */
  settled: boolean
}

/** What the rules make of the sample, asked when typing pauses. Keep `input` the same object while it says the same. */
export function useDryRun(instanceId: string, input: DryRun): DryRunState {
  const [asked] = useDebouncedValue(input, typingPauseMs)
  const { data, error } = useQuery({
    queryKey: [...rulesKey(instanceId), 'dry-run', asked],
    queryFn: ({ signal }) =>
      request<DryRunAnswer>('POST', `/instances/${instanceId}/enhancement-rules/dry-run`, {
        body: asked,
        signal
      }),
    gcTime: keptMs
  })
  const [answer, setAnswer] = useState<DryRunAnswer>()
  useEffect(() => {
    if (data) setAnswer(data)
  }, [data])
  return { answer: data ?? answer, error, settled: asked === input && (data !== undefined || error !== null) }
}
