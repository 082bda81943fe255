import assert from 'node:assert'
import { describe, it } from 'vitest'

/** What abstract tests take of Node's test context. */
interface AbstractContext {
  assert: Record<string, unknown>
  plan(count: number): void
  diagnostic(text: string): void
  fail(reason: string): void
}

export type AbstractTest = (name: string, run: (context: AbstractContext) => Promise<void>) => void

/**
 * Runs tests that are written for Node's own runner, each as a test of its own. `leftOut` names those that ask for what is not
 * wanted here, with the reason; a name that no test has is an error, so that the list cannot outlive the tests.
 */
export function describeAbstract(
  title: string,
  declare: (test: AbstractTest) => void,
  leftOut: Record<string, string> = {}
): void {
  describe(title, () => {
    const missing = new Set(Object.keys(leftOut))
    declare((name, run) => {
      missing.delete(name)
      if (!(name in leftOut)) it(name, () => runAbstract(run))
    })
    if (missing.size > 0) throw new Error(`no such abstract tests: ${[...missing].join(', ')}`)
  })
}

async function runAbstract(run: (context: AbstractContext) => Promise<void>): Promise<void> {
  let planned: number | undefined
  let asserted = 0
  const failures: unknown[] = []
  const counted = (check: (...values: unknown[]) => void) => {
    return (...values: unknown[]): void => {
      asserted++
      try {
        check(...values)
      } catch (error) {
        // Not thrown: in a listener it would end up anywhere but here.
        failures.push(error)
      }
    }
  }
  const context = {
    assert: Object.fromEntries(
      Object.entries(assert).map(([name, check]) => [name, counted(check as () => void)])
    ),
    plan: (count: number) => {
      planned = count
    },
    diagnostic: () => undefined,
    fail: counted((reason) => assert.fail(String(reason)))
  }
  await run(context).catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
  if (planned !== undefined) assert.strictEqual(asserted, planned, 'planned assertions')
}
