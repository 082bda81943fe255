import type { ReplyJobsDone } from '@parley/contracts'

/** How many of several are done side by side: a bulk must not hold up what others ask of Redis. */
const atOnceMax = 10

/** Does something to each of these; those that `act` did nothing to are missing, in their order. */
export async function eachJob(
  ids: readonly string[],
  act: (id: string) => Promise<boolean>
): Promise<ReplyJobsDone> {
  const missing: string[] = []
  for (let from = 0; from < ids.length; from += atOnceMax) {
    const some = ids.slice(from, from + atOnceMax)
    const done = await Promise.all(some.map(act))
    missing.push(...some.filter((_id, i) => !done[i]))
  }
  return { done: ids.length - missing.length, missing }
}
