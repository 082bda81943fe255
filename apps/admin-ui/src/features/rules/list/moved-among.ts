/** The whole list after some of its items were put into another order by moving the one that is at `at` of `shown` now. */
export function movedAmong<T extends { id: string }>(
  all: readonly T[],
  shown: readonly T[],
  at: number
): { items: T[]; at: number } {
  const item = shown[at]!
  const rest = all.filter(({ id }) => id !== item.id)
  const above = shown[at - 1]
  const below = shown[at + 1]
  const placeOf = (neighbour: T) => rest.findIndex(({ id }) => id === neighbour.id)
  const place = above ? placeOf(above) + 1 : below ? placeOf(below) : 0
  return { items: [...rest.slice(0, place), item, ...rest.slice(place)], at: place }
}
