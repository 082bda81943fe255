import { useDocumentVisibility } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { ApiProblem, apiPath } from '../../lib/api-client'
import { LiveSource, type LiveState } from '../../lib/live-source'
import { instanceQuery } from '../instances/queries'
import { type Sample, withSample } from './figures'

export interface Live {
  phase: LiveState['phase'] | 'paused' | 'not-heard'
  /** Epoch ms at which this phase began. */
  sinceMs: number
  event: LiveState['event']
  samples: readonly Sample[]
}

/** No session, no right, no instance (any more). */
const goneForGood: ReadonlySet<number> = new Set([401, 403, 404])
const noSamples: readonly Sample[] = []

/**
 * The live figures of an instance while the page is seen: a hidden page would hold one of the browser's few connections. For
 * another instance the component is to be mounted anew.
 */
export function useLive(instanceId: string): Live {
  const [live, setLive] = useState<Live>(fresh)
  const visible = useDocumentVisibility() !== 'hidden'
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!visible) {
      setLive((before) => ({ ...before, phase: 'paused', sinceMs: Date.now() }))
      return
    }
    const source = new LiveSource({
      url: apiPath(`/instances/${instanceId}/live`),
      isRefused: async () => {
        try {
          await queryClient.fetchQuery({ ...instanceQuery(instanceId), staleTime: 0 })
          return false
        } catch (error) {
          return error instanceof ApiProblem && goneForGood.has(error.status)
        }
      },
      onState: (state) => setLive((before) => next(before, state))
    })
    return () => source.close()
  }, [instanceId, visible, queryClient])
  return live
}

function fresh(): Live {
  return { phase: 'connecting', sinceMs: Date.now(), event: undefined, samples: noSamples }
}

/** Nodes that are not heard have a time of their own, which begins with the first event that says so. */
function next(before: Live, { phase, sinceMs, event = before.event }: LiveState): Live {
  const samples = event && event !== before.event ? withSample(before.samples, event) : before.samples
  if (phase === 'live' && event?.heard === false) {
    const heardUntilMs = before.phase === 'not-heard' ? before.sinceMs : Date.now()
    return { phase: 'not-heard', sinceMs: heardUntilMs, event, samples }
  }
  return { phase, sinceMs, event, samples }
}
