/** The levels of 3.1 and 3.1.1: what holds for both is tested with both. */
export const levelsBefore5 = [3, 4] as const

export type LevelBefore5 = (typeof levelsBefore5)[number]

/** Each case with each of these levels. */
export function atLevelsBefore5<T extends object>(cases: readonly T[]): (T & { level: LevelBefore5 })[] {
  return levelsBefore5.flatMap((level) => cases.map((each) => ({ ...each, level })))
}
