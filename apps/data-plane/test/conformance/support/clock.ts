import { cleanUp } from '@parley/testkit'
import { vi } from 'vitest'

/** Moves the clock, for the broker as for the test, until the test is over. Timers do not notice. */
export function letPass(ms: number): void {
  vi.setSystemTime(Date.now() + ms)
  cleanUp(() => vi.useRealTimers())
}
