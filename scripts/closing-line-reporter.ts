import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/**
 * Ends the run with one line, `N passed, N failed` (and `, N skipped` when there are any), for people and for the gate. A file
 * that could not be loaded and an error outside any test count as failed: they must not look like a pass.
 */
export default class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 }
    for (const module of modules) {
      if (module.errors().length > 0) count.failed++
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') count.passed++
        else if (state === 'failed') count.failed++
        else count.skipped++
      }
    }
    // After vitest's own summary, which is printed in the same event.
    process.once('exit', () => console.log(closingLine(count)))
  }
}

function closingLine({
  passed,
  failed,
  skipped
}: {
  passed: number
  failed: number
  skipped: number
}): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
