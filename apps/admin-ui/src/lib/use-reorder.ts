import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { type NewPriority, type Prioritised, prioritiesFor } from './priorities'

export interface ReorderOptions<Item> {
  /** Of the list as it is shown. */
  listKey: QueryKey
  /** Begins the keys of all that the order has an effect on. */
  concerned: QueryKey
  priorityMax: number
  /** Resolves to the whole list in its new order. */
  save: (priorities: NewPriority[]) => Promise<Item[]>
  onFailed: (error: unknown) => void
}

/**
 * Shows a new order at once and saves the priorities that it takes, one move after the other. When one fails, the order is
 * again the last one that was saved. The function takes all items in their new order, and where the moved one is now.
 */
export function useReorder<Item extends Prioritised>({
  listKey,
  concerned,
  priorityMax,
  save,
  onFailed
}: ReorderOptions<Item>): (items: Item[], at: number) => void {
  const client = useQueryClient()
  const saved = useRef<Item[]>(undefined)
  const underWay = useRef(0)
  const saving = useMutation({
    scope: { id: JSON.stringify(listKey) },
    mutationFn: save,
    onSuccess(items) {
      saved.current = items
      if (underWay.current === 1) client.setQueryData(listKey, items)
    },
    onError(error) {
      client.setQueryData(listKey, saved.current)
      onFailed(error)
    },
    async onSettled() {
      underWay.current--
      if (underWay.current === 0) await client.invalidateQueries({ queryKey: concerned })
    }
  })
  return (items, at) => {
    const priorities = prioritiesFor(items, at, priorityMax)
    if (priorities.length === 0) return
    if (underWay.current === 0) saved.current = client.getQueryData(listKey)
    underWay.current++
    void client.cancelQueries({ queryKey: listKey })
    client.setQueryData(listKey, withPriorities(items, priorities))
    saving.mutate(priorities)
  }
}

function withPriorities<Item extends Prioritised>(items: Item[], priorities: NewPriority[]): Item[] {
  const byId = new Map(priorities.map(({ id, priority }) => [id, priority]))
  return items.map((item) => ({ ...item, priority: byId.get(item.id) ?? item.priority }))
}
