import type { RetryPolicy } from './reply-job.js'

/** Pause after `attemptsMade` attempts (1, 2, ...): doubles from `firstDelayMs`, never above `maxDelayMs`. */
export function backoffMs(policy: RetryPolicy, attemptsMade: number): number {
  return Math.min(policy.firstDelayMs * 2 ** Math.max(0, attemptsMade - 1), policy.maxDelayMs)
}
