/** One line of a table of figures: what was measured, and what it must be where that is a guarantee. */
export interface Figure {
  name: string
  value: string
  /** What the guarantee asks for, as a reader sees it. */
  must?: string
  /** Whether it does; left out where a figure is only told. */
  holds?: boolean
}

const bytesPerMiB = 1_048_576
const bytesPerKiB = 1_024

/** A figure that is only told. */
export function told(name: string, value: string | number): Figure {
  return { name, value: typeof value === 'number' ? count(value) : value }
}

/** A figure that must not be above `most`. */
export function atMost(
  name: string,
  value: number,
  most: number,
  format: (value: number) => string = count
): Figure {
  return { name, value: format(value), must: `at most ${format(most)}`, holds: value <= most }
}

/** A figure that must be exactly `expected`. */
export function exactly(name: string, value: number, expected: number): Figure {
  return { name, value: count(value), must: `exactly ${count(expected)}`, holds: value === expected }
}

/** A statement that must be true. */
export function must(name: string, value: string, holds: boolean): Figure {
  return { name, value, must: 'must hold', holds }
}

/** Prints the table; a guarantee that does not hold makes the exit code 1. */
export function report(title: string, figures: readonly Figure[]): void {
  const nameWidth = Math.max(...figures.map(({ name }) => name.length))
  const valueWidth = Math.max(...figures.map(({ value }) => value.length))
  console.log(`\n${title}`)
  for (const { name, value, must: wanted, holds } of figures) {
    const verdict = holds === undefined ? '' : `  ${holds ? 'ok  ' : 'FAIL'} ${wanted}`
    console.log(`  ${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}${verdict}`.trimEnd())
  }
  if (figures.some(({ holds }) => holds === false)) process.exitCode = 1
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en')
}

export function mebibytes(bytes: number): string {
  return `${(bytes / bytesPerMiB).toFixed(2)} MiB`
}

export function kibibytes(bytes: number): string {
  return `${(bytes / bytesPerKiB).toFixed(2)} KiB`
}

export function milliseconds(ms: number): string {
  return `${ms.toFixed(2)} ms`
}

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`
}
