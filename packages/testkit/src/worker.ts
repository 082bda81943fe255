/** Which worker of the test runner this is, from 1; outside of the runner: 1. */
export function workerNumber(): number {
  return Number(process.env.VITEST_POOL_ID ?? 1)
}
