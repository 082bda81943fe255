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
 * all the same, the moved item gets the new number. Where there is no room between two numbers, the rest goes on in tens.
 */
export function prioritiesFor(items: readonly Prioritised[], at: number, priorityMax: number): NewPriority[] {
  const kept = keptPlaces(items, at, priorityMax)
  const changed: NewPriority[] = []
  for (const [i, place] of kept.entries()) {
    const before = kept[i - 1] ?? -1
    changed.push(...numbered(items, before, place, priorityMax))
  }
  changed.push(...numbered(items, kept.at(-1) ?? -1, items.length, priorityMax))
  return changed
}

/** The places whose priority can stay: the longest chain of them that leaves room for what stands between. */
function keptPlaces(items: readonly Prioritised[], at: number, priorityMax: number): number[] {
  const best: { weight: number; before: number }[] = []
  const ended = items.length
  for (let place = 0; place <= ended; place++) {
    let longest = { weight: Number.NEGATIVE_INFINITY, before: -1 }
    for (let before = -1; before < place; before++) {
      const weight = before < 0 ? 0 : best[before]!.weight
      if (weight > longest.weight && hasRoom(items, before, place, priorityMax)) longest = { weight, before }
    }
    // Half a point: kept when that saves another's number, changed when it is one or the other.
    best.push({ ...longest, weight: longest.weight + (place === at ? 0.5 : 1) })
  }
  const places: number[] = []
  for (let place = best[ended]!.before; place >= 0; place = best[place]!.before) places.unshift(place)
  return places
}

/** True when what stands between two places can be numbered without touching these two. The places beyond both ends count. */
function hasRoom(items: readonly Prioritised[], before: number, after: number, priorityMax: number): boolean {
  const between = after - before - 1
  if (between === 0) return comesFirst(items[before], items[after])
  const gap = priorityAt(items, after, priorityMax) - priorityAt(items, before, priorityMax) - 1
  return gap >= between || (between === 1 && sharedPriority(items, before, after) !== undefined)
}

function comesFirst(a: Prioritised | undefined, b: Prioritised | undefined): boolean {
  if (!a || !b) return true
  return a.priority < b.priority || (a.priority === b.priority && isOlder(a, b))
}

function isOlder(a: Prioritised, b: Prioritised): boolean {
  return a.createdAt < b.createdAt || (a.createdAt === b.createdAt && a.id < b.id)
}

/** The priority of a neighbour that puts the one between them where it stands, by its age. */
function sharedPriority(items: readonly Prioritised[], before: number, after: number): number | undefined {
  const [above, item, below] = [items[before], items[before + 1]!, items[after]]
  const fits = (priority: number) =>
    comesFirst(above, { ...item, priority }) && comesFirst({ ...item, priority }, below)
  return [above?.priority, below?.priority].find((priority) => priority !== undefined && fits(priority))
}

function priorityAt(items: readonly Prioritised[], place: number, priorityMax: number): number {
  return items[place]?.priority ?? (place < 0 ? -1 : priorityMax + 1)
}

/** New numbers for what stands between two places that keep theirs. */
function numbered(
  items: readonly Prioritised[],
  before: number,
  after: number,
  priorityMax: number
): NewPriority[] {
  const between = items.slice(before + 1, after)
  if (between.length === 0) return []
  const above = priorityAt(items, before, priorityMax)
  const below = priorityAt(items, after, priorityMax)
  if (below - above - 1 < between.length) {
    return [{ id: between[0]!.id, priority: sharedPriority(items, before, after)! }]
  }
  const numberOf = spread(above, below, between.length, before < 0, after >= items.length)
  return between
    .map(({ id, priority }, index) => ({ id, before: priority, priority: numberOf(index + 1) }))
    .filter((item) => item.before !== item.priority)
    .map(({ id, priority }) => ({ id, priority }))
}

/** The `n`th of `count` numbers between two others: in tens next to an open end, evenly between two that are taken. */
function spread(
  above: number,
  below: number,
  count: number,
  isFirst: boolean,
  isLast: boolean
): (n: number) => number {
  const room = below - above - 1
  const tens = Math.min(step, Math.floor(room / count))
  if (isFirst && isLast) return count * step < below ? (n) => n * step : (n) => (n - 1) * tens
  if (isLast) return (n) => above + n * tens
  if (isFirst) return (n) => below - (count + 1 - n) * tens
  return (n) => above + Math.floor(((below - above) * n) / (count + 1))
}
