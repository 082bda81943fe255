import { useIntersection } from '@mantine/hooks'
import { startTransition, useEffect, useState } from 'react'

const stepRows = 50
/** Rows are there before the reader is. */
const rootMargin = '600px'

/** How many rows of a long list stand on the page: more when its end, the element of `endRef`, comes near. */
export function useGrowing() {
  const [count, setCount] = useState(stepRows)
  const { ref: endRef, entry } = useIntersection({ rootMargin })
  const grow = () => startTransition(() => setCount((before) => before + stepRows))
  // biome-ignore lint/correctness/useExhaustiveDependencies: each time that the end comes near
  useEffect(() => {
    if (entry?.isIntersecting) grow()
  }, [entry])
  return { count, endRef, grow }
}
