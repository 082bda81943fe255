import { parseArgs } from 'node:util'
import { BenchError } from './bench-error.js'
import { findMqload } from './mqload.js'

/** What every comparison is told on the command line. */
export interface Settings {
  mqload: string
  seconds: number
  rounds: number
}

/** `--seconds 5 --rounds 3`, and MQLOAD. */
export function readSettings(): Settings {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '5' }, rounds: { type: 'string', default: '3' } }
  })
  const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)]
  if (!(seconds > 0) || !(Number.isInteger(rounds) && rounds > 0)) {
    throw new BenchError('--seconds must be a number above 0 and --rounds a whole number above 0.')
  }
  return { mqload: findMqload(), seconds, rounds }
}
