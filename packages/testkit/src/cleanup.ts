import { onTestFinished, TestRunner } from 'vitest'

type Step = () => unknown

const fileSteps: Step[] = []

/**
 * Undoes something where it is made: when the current test is over, last first. In a `beforeAll` hook there is no test: then
 * when the file calls `cleanUpFile` in its `afterAll`.
 */
export function cleanUp(step: Step): void {
  if (TestRunner.getCurrentTest()) onTestFinished(async () => void (await step()))
  else fileSteps.push(step)
}

/** Runs what was left for the end of the file, last first; every step runs, and the failures are thrown together. */
export async function cleanUpFile(): Promise<void> {
  const failures: unknown[] = []
  for (const step of fileSteps.splice(0).reverse()) {
    try {
      await step()
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('; '))
}
