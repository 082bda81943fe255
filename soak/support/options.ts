import { parseArgs } from 'node:util'

/** A soak cannot run; the message is one sentence that says what to do. */
export class SoakError extends Error {
  override readonly name = 'SoakError'
}

/** Whole numbers above 0, and texts, from the command line: `--packets 1000 --file x`. A text that is not given is ''. */
export function readOptions<T extends Record<string, number | string>>(defaults: T): T {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' as const }]))
  const { values } = parseArgs({ options })
  const read: Record<string, number | string> = { ...defaults }
  for (const [name, given] of Object.entries(values)) {
    if (given !== undefined)
      read[name] = typeof defaults[name] === 'number' ? wholeNumber(name, given) : given
  }
  return read as T
}

function wholeNumber(name: string, given: string): number {
  const value = Number(given)
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new SoakError(`--${name} must be a whole number above 0; it is "${given}".`)
}

/** A seed that is new with each run; a run is repeated with `--seed`. */
export function freshSeed(): number {
  return 1 + (Date.now() % 0x7fff_ffff)
}

/** Runs a program to its end: what it cannot do is one sentence and exit code 1. */
export async function run(program: () => void | Promise<void>): Promise<void> {
  try {
    await program()
  } catch (error) {
    console.error(error instanceof SoakError ? error.message : error)
    process.exitCode = 1
  }
}
