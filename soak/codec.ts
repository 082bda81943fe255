// `npm run soak:codec`: ten million packets, most of them broken, through the decoder of a server (soak/README.md).
import { reasonCodes } from '@parley/mqtt-wire'
import { Random } from '@parley/testkit/fuzz'
import { CodecFuzzer } from './support/codec-fuzzer.js'
import { freshSeed, readOptions, run, SoakError } from './support/options.js'
import { atMost, exactly, type Figure, mebibytes, report, seconds, told } from './support/report.js'
import { startWatchdog } from './support/watched.js'

/** A run that takes longer is ended, and has failed. */
const runMsMax = 20 * 60_000
const samples = 40
/** What memory may be larger at the end than after the first quarter: half a byte for each of 10 million packets, and noise. */
const growthBytesMax = 1_048_576
const firstQuarter = samples / 4
const failuresShownMax = 5

await run(async () => {
  const { packets, seed } = readOptions({ packets: 10_000_000, seed: freshSeed() })
  if (!globalThis.gc) throw new SoakError('Run it with node --expose-gc: its memory must be comparable.')
  console.log(`soak:codec --packets ${packets} --seed ${seed}`)
  const watchdog = startWatchdog()
  const fuzzer = new CodecFuzzer(new Random(seed))
  const memory: number[] = []
  const startedAt = performance.now()
  const perSample = Math.ceil(packets / samples)
  while (fuzzer.given < packets) {
    const until = Math.min(packets, fuzzer.given + perSample)
    while (fuzzer.given < until) {
      fuzzer.step()
      Atomics.store(watchdog.progress, 0, fuzzer.given)
    }
    memory.push(memoryInUse())
    const tookMs = performance.now() - startedAt
    if (tookMs > runMsMax) throw new SoakError(`Only ${fuzzer.given} packets within ${seconds(runMsMax)}.`)
  }
  await watchdog.stop()
  for (const failure of fuzzer.failures.slice(0, failuresShownMax)) console.error(failure)
  report('codec', figuresOf(fuzzer, memory, performance.now() - startedAt))
})

/** Heap and what hangs on it outside, without garbage, in bytes. */
function memoryInUse(): number {
  globalThis.gc!()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function figuresOf(fuzzer: CodecFuzzer, memory: number[], tookMs: number): Figure[] {
  const quarter = memory[Math.min(firstQuarter, memory.length) - 1]!
  const last = memory[memory.length - 1]!
  const violations = [...fuzzer.violations].sort(([a], [b]) => a - b)
  return [
    told('packets given', fuzzer.given),
    told('time', seconds(tookMs)),
    told('packets/s', (fuzzer.given / tookMs) * 1_000),
    told('packets decoded', sum(fuzzer.decoded.values())),
    ...[...fuzzer.decoded].sort().map(([type, times]) => told(`  ${type}`, times)),
    told('violations', sum(fuzzer.violations.values())),
    ...violations.map(([code, times]) => told(`  ${nameOf(code)}`, times)),
    told('decoders left waiting for more', fuzzer.leftWaiting),
    told('written again and read as the same', fuzzer.roundTrips),
    exactly('ends in anything else', fuzzer.failures.length, 0),
    told('memory, first sample', mebibytes(memory[0]!)),
    told('memory, after the first quarter', mebibytes(quarter)),
    told('memory, last sample', mebibytes(last)),
    atMost('growth since the first quarter', last - quarter, growthBytesMax, mebibytes)
  ]
}

function nameOf(code: number): string {
  const name = Object.entries(reasonCodes).find(([, value]) => value === code)?.[0]
  return `0x${code.toString(16)} ${name}`
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
