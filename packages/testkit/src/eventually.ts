import { setTimeout as sleep } from 'node:timers/promises'

export interface EventuallyOptions {
  timeoutMs?: number
  /** What was waited for; leads the error. */
  message?: string
}

const timeoutMsDefault = 5_000
const pollMs = 10

/** Runs `check` until it does not throw, and answers what it answers. After the time it fails with the last error. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = timeoutMsDefault, message }: EventuallyOptions = {}
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > deadline) {
        throw new Error(
          `${message ?? 'a condition'}: not within ${timeoutMs} ms; last: ${(error as Error).message}`,
          { cause: error }
        )
      }
    }
    await sleep(pollMs)
  }
}
