import { notifications } from '@mantine/notifications'
import { type EnhancementRule, ruleBounds } from '@parley/contracts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { errorText } from '../../../lib/error-text'
import { type NewPriority, prioritiesFor } from '../../../lib/priorities'
import { texts } from '../../../texts'
import { rulesKey, rulesQuery, savePriorities } from '../queries'

/** All rules in another order, with what one of them moved to. */
export type Reorder = (rules: EnhancementRule[], at: number) => void

/**
 * Shows a new order at once and saves the priorities that it takes; moves are saved one after the other. When one fails, the
 * order is again the last one that was saved.
 */
export function useReorder(instanceId: string): Reorder {
  const client = useQueryClient()
  const { queryKey } = rulesQuery(instanceId)
  const saved = useRef<EnhancementRule[]>(undefined)
  const moving = useRef(0)
  const save = useMutation({
    scope: { id: `priorities of ${instanceId}` },
    mutationFn: (priorities: NewPriority[]) => savePriorities(instanceId, priorities),
    onSuccess(rules) {
      saved.current = rules
      if (moving.current === 1) client.setQueryData(queryKey, rules)
    },
    onError(error) {
      client.setQueryData(queryKey, saved.current)
      const { detail, advice } = errorText(error)
      notifications.show({ color: 'red', title: texts.rules.moveFailed, message: advice || detail })
    },
    async onSettled() {
      moving.current--
      if (moving.current === 0) await client.invalidateQueries({ queryKey: rulesKey(instanceId) })
    }
  })
  return (rules, at) => {
    const priorities = prioritiesFor(rules, at, ruleBounds.priorityMax)
    if (priorities.length === 0) return
    if (moving.current === 0) saved.current = client.getQueryData(queryKey)
    moving.current++
    void client.cancelQueries({ queryKey })
    client.setQueryData(queryKey, withPriorities(rules, priorities))
    save.mutate(priorities)
  }
}

function withPriorities(rules: EnhancementRule[], priorities: NewPriority[]): EnhancementRule[] {
  const byId = new Map(priorities.map(({ id, priority }) => [id, priority]))
  return rules.map((rule) => ({ ...rule, priority: byId.get(rule.id) ?? rule.priority }))
}
