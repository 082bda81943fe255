/** Settling the end of a connection takes some tens of microseconds: so many are about a millisecond. */
const endsPerTurn = 32

const waiting: (() => void)[] = []
let settledInTurn = 0
let scheduled = false

/**
 * Settles the end of a connection: at once, but no more than a few in one turn of the event loop. When the line of thousands is
 * cut at the same moment, those who are still connected do not wait for all of them.
 */
export function settleEnd(end: () => void): void {
  if (waiting.length === 0 && settledInTurn < endsPerTurn) {
    settledInTurn++
    end()
  } else waiting.push(end)
  if (scheduled) return
  scheduled = true
  setImmediate(nextTurn)
}

function nextTurn(): void {
  const ends = waiting.splice(0, endsPerTurn)
  settledInTurn = ends.length
  scheduled = ends.length > 0
  if (scheduled) setImmediate(nextTurn)
  for (const end of ends) end()
}
