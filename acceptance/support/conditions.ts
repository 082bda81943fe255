import { waitUntil } from '@parley/embedded'
import { expect } from 'vitest'

const timeoutMsDefault = 5_000

/** Waits until `condition` holds; fails with `what` when it does not within the time. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = timeoutMsDefault
): Promise<void> {
  if (!(await waitUntil(condition, timeoutMs))) throw new Error(`not within ${timeoutMs} ms: ${what}`)
}

/** Runs `action`, prints how long it took and holds that against the bound of the issue. */
export async function within<T>(boundMs: number, what: string, action: () => Promise<T>): Promise<T> {
  const startedAt = performance.now()
  const result = await action()
  const tookMs = Math.round(performance.now() - startedAt)
  console.log(`${what}: ${tookMs} ms (bound ${boundMs} ms)`)
  expect(tookMs, what).toBeLessThanOrEqual(boundMs)
  return result
}
