import { median } from './median.js'
import type { LoadResult } from './mqload.js'

/** One run of one broker. */
export interface Run extends LoadResult {
  round: number
  broker: string
}

const columns = ['round', 'broker', 'messages/s', 'p50 µs', 'p99 µs', 'errors']
const width = 12

/** The heading of the table. */
export function heading(): string {
  return row(columns)
}

/** One line of the table. */
export function line({ round, broker, messagesPerS, p50Us, p99Us, errors }: Run): string {
  const numbers = [messagesPerS, p50Us, p99Us, errors].map((value) => Math.round(value).toLocaleString('en'))
  return row([String(round), broker, ...numbers])
}

/** The medians of each broker, and how many times as fast the first is as the second. */
export function summary(runs: Run[], brokers: string[]): string {
  const medians = brokers.map((broker) => medianRate(runs, broker))
  const parts = brokers.map(
    (broker, i) => `${broker} ${Math.round(medians[i]!).toLocaleString('en')} messages/s`
  )
  const [ours, theirs] = medians
  const ratio = theirs ? `; ratio ${(ours! / theirs).toFixed(2)}` : ''
  return `median: ${parts.join(', ')}${ratio}`
}

/** The median of a broker's runs, in messages/s. */
export function medianRate(runs: Run[], broker: string): number {
  return median(runs.filter((run) => run.broker === broker).map((run) => run.messagesPerS))
}

function row(cells: string[]): string {
  const [round, broker, ...numbers] = cells
  return `${round!.padEnd(7)}${broker!.padEnd(width)}${numbers.map((cell) => cell.padStart(width)).join('')}`
}
