export interface Step<T> {
  name: string
  run(context: T): Promise<string | undefined> | string | undefined
}

const msPerS = 1_000

/**
 * Runs the steps in their order and prints each with its number, what it said and its time. Ends early, between two
 * steps, when `shouldStop` says so.
 */
export async function runSteps<T>(
  steps: Step<T>[],
  context: T,
  shouldStop: () => boolean,
  print: (line: string) => void = console.log
): Promise<void> {
  const width = Math.max(...steps.map((step) => step.name.length))
  for (const [index, step] of steps.entries()) {
    if (shouldStop()) return
    const startedAt = performance.now()
    const note = (await step.run(context)) ?? ''
    const number = `[${index + 1}/${steps.length}]`
    print(
      `${number} ${step.name.padEnd(width)}  ${seconds(performance.now() - startedAt)}  ${note}`.trimEnd()
    )
  }
}

/** 1234 ms as "1.2 s". */
export function seconds(ms: number): string {
  return `${(ms / msPerS).toFixed(1)} s`
}
