import { ProblemError } from '../problem-error.js'

type Priorities = readonly { id: string; priority: number }[]

/** Throws `invalid` when an id is there twice. */
export function refuseRepeats(priorities: Priorities): void {
  const seen = new Set<string>()
  for (const [i, { id }] of priorities.entries()) {
    if (seen.has(id)) throw invalid(i, 'is there twice')
    seen.add(id)
  }
}

/** Sets all of them, or throws `invalid`, which undoes the transaction. `set` answers how many rows have this id. */
export async function setEach(
  priorities: Priorities,
  what: string,
  set: (id: string, priority: number) => Promise<{ count: number }>
): Promise<void> {
  for (const [i, { id, priority }] of priorities.entries()) {
    const { count } = await set(id.includes('\0') ? '' : id, priority)
    if (count === 0) throw invalid(i, `is not a ${what} of this instance`)
  }
}

function invalid(index: number, message: string): ProblemError {
  return new ProblemError('invalid', 'No priority was changed.', [{ path: `/${index}/id`, message }])
}
