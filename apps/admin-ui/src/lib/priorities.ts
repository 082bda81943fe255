/** What stands in a list that is ordered by priority, smallest first; of the same priority, the older one first. */
export interface Prioritised {
  id: string
  priority: number
  /** ISO 8601 UTC. */
  createdAt: string
}

export interface NewPriority {
  id: string
  priority: number
}

/** Between numbers that are given anew: room to put something between them later. */
const step = 10

/** The list with the item at `from` moved to `to`. */
export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  const rest = items.filter((_, index) => index !== from)
  return [...rest.slice(0, to), items[from]!, ...rest.slice(to)]
}

/**
 * The fewest new priorities (0 to `priorityMax`) that put a list into its order, after the item at `at` came there. Where it is
 * all the same, the moved item gets the new number. New numbers leave room: in tens next to an open end, evenly between two that
 * stay; only where there is no room do neighbours share one, in the order of their age.
 */
export function prioritiesFor(items: readonly Prioritised[], at: number, priorityMax: number): NewPriority[] {
  const order: Order = { items, priorityMax, steps: countSteps(items) }
  const kept = keptPlaces(order, at)
  return [...kept, items.length].flatMap((place, i) => numbered(order, kept[i - 1] ?? -1, place))
}

interface Order {
  items: readonly Prioritised[]
  priorityMax: number
  /** By place: how often, up to there, an item cannot share the number of the one before it, because it is older. */
  steps: readonly number[]
}

function countSteps(items: readonly Prioritised[]): number[] {
  const steps: number[] = []
  for (const [place, item] of items.entries()) {
    const before = items[place - 1]
    steps.push((steps.at(-1) ?? 0) + (before && isOlder(item, before) ? 1 : 0))
  }
  return steps
}

function isOlder(a: Prioritised, b: Prioritised): boolean {
  return a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id)
}

/** The places whose number can stay: the longest chain of them that leaves room for what stands between. */
function keptPlaces(order: Order, at: number): number[] {
  const ended = order.items.length
  const best: { weight: number; before: number }[] = []
  for (let place = 0; place <= ended; place++) {
    let longest = { weight: Number.NEGATIVE_INFINITY, before: -1 }
    for (let before = -1; before < place; before++) {
      const weight = before < 0 ? 0 : best[before]!.weight
      if (weight > longest.weight && hasRoom(order, before, place)) longest = { weight, before }
    }
    // Half a point: kept when that saves another's number, changed when it is one or the other.
    best.push({ ...longest, weight: longest.weight + (place === at ? 0.5 : 1) })
  }
  const places: number[] = []
  for (let place = best[ended]!.before; place >= 0; place = best[place]!.before) places.unshift(place)
  return places
}

/** True when what stands between two places can be numbered without touching these two. Beyond both ends there is none. */
function hasRoom({ items, priorityMax, steps }: Order, before: number, after: number): boolean {
  const lowest = items[before]?.priority ?? 0
  const highest = items[after]?.priority ?? priorityMax
  const last = Math.min(after, items.length - 1)
  return highest - lowest >= steps[last]! - steps[Math.max(before, 0)]!
}

/** New numbers for what stands between two places that keep theirs. */
function numbered({ items, priorityMax, steps }: Order, before: number, after: number): NewPriority[] {
  const first = before + 1
  const above = items[before]?.priority ?? -1
  const below = items[after]?.priority ?? priorityMax + 1
  const ends = { isFirst: before < 0, isLast: after >= items.length }
  const isCrowded = below - above - 1 < after - first
  const spreadOut = spread(above, below, after - first, ends)
  const crowded = (place: number) => Math.max(above, 0) + steps[place]! - steps[Math.max(before, 0)]!
  return items
    .slice(first, after)
    .map(({ id, priority }, i) => ({
      id,
      before: priority,
      priority: isCrowded ? crowded(first + i) : spreadOut(i + 1)
    }))
    .filter((item) => item.before !== item.priority)
    .map(({ id, priority }) => ({ id, priority }))
}

/** The `n`th of `count` numbers between two others that leave room for that many. */
function spread(
  above: number,
  below: number,
  count: number,
  { isFirst, isLast }: { isFirst: boolean; isLast: boolean }
): (n: number) => number {
  const tens = Math.min(step, Math.floor((below - above - 1) / count))
  if (isFirst && isLast) return count * step < below ? (n) => n * step : (n) => (n - 1) * tens
  if (isLast) return (n) => above + n * tens
  if (isFirst) return (n) => below - (count + 1 - n) * tens
  return (n) => above + Math.floor(((below - above) * n) / (count + 1))
}
