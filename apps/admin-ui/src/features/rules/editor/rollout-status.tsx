import { Text } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { get } from '../../../lib/api-client'
import { texts } from '../../../texts'
import { instanceKey } from '../../instances/queries'

const { rollout: words } = texts.ruleEditor
const everyMs = 300
const watchedMs = 5_000

/** On how many nodes a save is live: looked at until it is on all of them, for five seconds at most. */
export function RolloutStatus({ instanceId, revision }: { instanceId: string; revision: number }) {
  const [startedMs] = useState(Date.now)
  // Each look is told of, also one that brought nothing new: it may have been the last one.
  const { data: instance, dataUpdatedAt: _lookedAt } = useQuery({
    queryKey: [...instanceKey(instanceId), 'rollout-of', revision],
    queryFn: ({ signal }) => get<Instance>(`/instances/${instanceId}`, signal),
    refetchInterval: ({ state }) => (isLive(state.data) || isOver(startedMs) ? false : everyMs),
    staleTime: 0
  })
  return (
    <Text size="sm" role="status">
      {statusText(instance, isOver(startedMs))}
    </Text>
  )
}

function isOver(startedMs: number): boolean {
  return Date.now() - startedMs > watchedMs
}

function isLive(instance: Instance | undefined): boolean {
  return (
    instance !== undefined && instance.rollout.nodes > 0 && instance.rollout.applied >= instance.rollout.nodes
  )
}

function statusText(instance: Instance | undefined, over: boolean): string {
  if (!instance) return words.waiting
  const { nodes, applied } = instance.rollout
  if (isLive(instance)) return words.live(applied, nodes)
  if (!over) return words.waiting
  return nodes === 0 ? words.noNodes : words.pending(applied, nodes)
}
