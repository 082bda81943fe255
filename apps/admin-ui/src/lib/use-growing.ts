import { startTransition, useEffect, useState } from 'react'

const stepRows = 25

/** How many rows of a long page are drawn: a few at once, the rest in steps, so that none of them holds the page up. */
export function useGrowing(rows: number): number {
  const [count, setCount] = useState(stepRows)
  useEffect(() => {
    if (count < rows) startTransition(() => setCount(count + stepRows))
  }, [count, rows])
  return count
}
