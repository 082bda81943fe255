/** What stands in a list that is ordered by priority, smallest first. */
export interface Prioritised {
  id: string
  priority: number
}

/** Between neighbours that are numbered anew: room to put something between them later. */
const step = 10

/** The list with the item at `from` moved to `to`. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = items.filter((_, index) => index !== from)
  return [...rest.slice(0, to), items[from]!, ...rest.slice(to)]
}

/**
 * The priorities that put a list into its order after the item at `at` came there: of this item alone when its new neighbours
 * leave a number between them, else of all whose number is another than `10, 20, 30, ...`.
 */
export function prioritiesFor(items: readonly Prioritised[], at: number, priorityMax: number): Prioritised[] {
  const { id } = items[at]!
  const above = items[at - 1]?.priority ?? -1
  const below = items[at + 1]?.priority ?? Math.min(above + 2 * step, priorityMax + 1)
  const between = Math.floor((above + below) / 2)
  if (above < between && between < below) return [{ id, priority: between }]
  return items
    .map((item, index) => ({ id: item.id, before: item.priority, priority: (index + 1) * step }))
    .filter(({ before, priority }) => before !== priority)
    .map((item) => ({ id: item.id, priority: item.priority }))
}
