import { useEffect, useState } from 'react'

/**
 * Counts up to `last`, by one in each turn of the event loop: a long page is put up part by part, and no part holds the browser
 * for long. An address that names a place in the page gets all of it at once, or there would be nothing to scroll to.
 */
export function useTurns(last: number): number {
  const [turn, setTurn] = useState(() => (window.location.hash ? last : 0))
  useEffect(() => {
    if (turn >= last) return undefined
    const timer = setTimeout(() => setTurn(turn + 1))
    return () => clearTimeout(timer)
  }, [turn, last])
  return turn
}
