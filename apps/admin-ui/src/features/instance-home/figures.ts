import type { InstanceCounters, LiveEvent } from '@parley/contracts'

export type CounterName = keyof InstanceCounters

/** In the order in which they are shown. */
export const counterNames: CounterName[] = [
  'connections',
  'messagesIn',
  'messagesOut',
  'requests',
  'replies',
  'retries',
  'deadLetters',
  'drops'
]

/** These say how many there are; the others only grow, and how fast is what matters. */
const levels: ReadonlySet<CounterName> = new Set(['connections', 'deadLetters'])

export function isLevel(name: CounterName): boolean {
  return levels.has(name)
}

/** A minute and a half at one event a second. */
export const samplesMax = 90
/** Rates are taken over this time: nodes do not report in step. */
const rateWindowMs = 3_000
const msPerSecond = 1_000

/** What one event said. */
export type Sample = Pick<LiveEvent, 'at' | 'counters'>

/** The samples with a new one, without what is too old. One that was heard already changes nothing. */
export function withSample(
  samples: readonly Sample[],
  { at, counters, heard }: LiveEvent
): readonly Sample[] {
  const last = samples.at(-1)
  if (!heard || (last && at <= last.at)) return samples
  return [...samples, { at, counters }].slice(-samplesMax)
}

/** How much a second between two samples; 0 across the start of a node, which counts from 0 again. */
function rateBetween(earlier: Sample, later: Sample, name: CounterName): number {
  const grown = later.counters[name] - earlier.counters[name]
  return grown <= 0 ? 0 : (grown * msPerSecond) / (later.at - earlier.at)
}

/** How much a second at the end of these samples; undefined before there are two. */
export function rateOf(samples: readonly Sample[], name: CounterName): number | undefined {
  const last = samples.at(-1)
  if (!last || samples.length < 2) return undefined
  return rateBetween(windowStart(samples, samples.length - 1), last, name)
}

/** The points of a small curve: levels as they were, of everything else the rate. */
export function curveOf(samples: readonly Sample[], name: CounterName): number[] {
  if (isLevel(name)) return samples.map(({ counters }) => counters[name])
  return samples.slice(1).map((sample, index) => rateBetween(windowStart(samples, index + 1), sample, name))
}

/** The newest sample that is a window older than the one at `end`, or the oldest. */
function windowStart(samples: readonly Sample[], end: number): Sample {
  const { at } = samples[end]!
  let start = end - 1
  while (start > 0 && at - samples[start]!.at < rateWindowMs) start--
  return samples[start]!
}
