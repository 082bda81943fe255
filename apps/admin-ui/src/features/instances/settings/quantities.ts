type Step = [size: number, name: string]

const byteSteps: Step[] = [
  [1_073_741_824, 'GiB'],
  [1_048_576, 'MiB'],
  [1_024, 'KiB']
]
const secondSteps: Step[] = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min']
]
const millisecondSteps: Step[] = [...secondSteps, [1, 's'] as Step].map(([size, name]) => [
  size * 1_000,
  name
])

const steps: Partial<Record<string, Step[]>> = {
  bytes: byteSteps,
  seconds: secondSteps,
  milliseconds: millisecondSteps
}

/** `1 MiB` for 1,048,576 bytes; undefined where that would say nothing new or not be exact to a tenth. */
export function inLargerUnit(value: number, unit: string): string | undefined {
  const step = steps[unit]?.find(([size]) => value >= size)
  if (!step) return undefined
  const [size, name] = step
  const tenths = (value * 10) / size
  return Number.isInteger(tenths) ? `${tenths / 10} ${name}` : undefined
}
