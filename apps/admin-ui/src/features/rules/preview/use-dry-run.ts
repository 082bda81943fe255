import { useDebouncedValue } from '@mantine/hooks'
import type { DryRun, DryRunAnswer } from '@parley/contracts'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { ApiProblem, request } from '../../../lib/api-client'
import { texts } from '../../../texts'
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
  const hindrance = useMemo(() => unaskable(asked), [asked])
  const { data, error } = useQuery({
    queryKey: [...rulesKey(instanceId), 'dry-run', asked],
    queryFn: ({ signal }) => ask(instanceId, asked, signal),
    enabled: hindrance === undefined,
    gcTime: keptMs
  })
  const [answer, setAnswer] = useState<DryRunAnswer>()
  useEffect(() => {
    if (data) setAnswer(data)
  }, [data])
  const refusal = hindrance ?? error
  return {
    answer: data ?? answer,
    error: refusal,
    settled: asked === input && (data !== undefined || refusal !== null)
  }
}

/** Throws ApiProblem, also for a draft that the API left out because it could not be saved as it stands. */
async function ask(instanceId: string, body: DryRun, signal: AbortSignal): Promise<DryRunAnswer> {
  const path = `/instances/${instanceId}/enhancement-rules/dry-run`
  const answer = await request<DryRunAnswer>('POST', path, { body, signal })
  if (answer.draftErrors.length > 0) throw invalid(answer.draftErrors)
  return answer
}

/** Whoever writes a topic goes through these: no question yet. */
function unaskable({ message: { topic } }: DryRun): ApiProblem | undefined {
  const { topicEmpty, topicWildcard } = texts.rulePreview
  if (topic === '') return invalid([{ path: '/message/topic', message: topicEmpty }])
  if (/[+#]/.test(topic)) return invalid([{ path: '/message/topic', message: topicWildcard }])
  return undefined
}

function invalid(errors: DryRunAnswer['draftErrors']): ApiProblem {
  return new ApiProblem({ status: 422, code: 'invalid', detail: texts.errors.whatToDo.invalid!, errors })
}
