/** Short, so that on a busy machine most rounds still run undisturbed. */
const rounds = 120
const callsPerRound = 250
/** The rounds up to this one in order of cost, the cheapest first: it leaves room for what a busy machine does to the others. */
const roundThatCounts = rounds / 4
const tries = 5

/** What `referenceWork` takes on the machine for which limits are written: one core of a small server, doing nothing else. */
const referenceMicroseconds = 0.4
/** A limit is never stretched further than for a machine that is so many times slower. */
const slownessMax = 4

/** What one call costs. `prepare` is not counted; it makes the work of one round. */
export function costMicroseconds<T>(
  prepare: (round: number, count: number) => T[],
  call: (item: T) => void
): number {
  const costs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const items = prepare(round, callsPerRound)
    const startedAt = performance.now()
    for (const item of items) call(item)
    costs.push(((performance.now() - startedAt) * 1_000) / items.length)
  }
  return costs.sort((a, b) => a - b)[roundThatCounts]!
}

/** What one call costs that takes milliseconds: the best of a few tries. */
export function costMilliseconds(call: () => void): number {
  const costs = Array.from({ length: tries }, () => {
    const startedAt = performance.now()
    call()
    return performance.now() - startedAt
  })
  return Math.min(...costs)
}

/**
 * A limit as it is on this machine, as busy as it is now: measured by what a broker must do for each topic at the least, splitting it
 * and looking its levels up. So the limit says how the cost compares with that, not how fast the machine is.
 */
export function onThisMachine(limit: number): number {
  const slowness = costMicroseconds(referenceTopics, referenceWork) / referenceMicroseconds
  return limit * Math.min(Math.max(slowness, 1), slownessMax)
}

const known = new Map(Array.from({ length: 1_000 }, (_, i) => [`line-${i}`, i]))
const tally = { found: 0 }

function referenceTopics(round: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `plant/line-${i}/cmd/${round}/${i}`)
}

function referenceWork(topic: string): void {
  for (const level of topic.split('/')) if (known.has(level)) tally.found++
}
