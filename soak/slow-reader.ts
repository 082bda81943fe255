// `npm run soak:slow-reader`: what one subscriber that reads nothing costs the 49 beside it (soak/README.md).
import { median } from '../bench/median.js'
import { FanOut, type FanOutFigures, fillBytes, subscribers } from './support/fan-out.js'
import { readOptions, run } from './support/options.js'
import {
  atMost,
  exactly,
  type Figure,
  mebibytes,
  milliseconds,
  must,
  report,
  told
} from './support/report.js'
import { type NodeFigures, SoakNode } from './support/soak-node.js'

/** With all reading and with one stopped, in turn, so that both meet the same machine; the median run of each counts. */
const rounds = 5
const ratioMax = 2
/** Below this no p99 counts as worse: at such times the machine decides. */
const p99FloorMs = 2
const bytesPerMiB = 1_048_576
/** `outboxBytesMax` of the broker, and what its limits leave waiting: `queuedBytesMax` and `maxInflight` fills; not the kernel's. */
const boundedBufferBytes = 1 * bytesPerMiB + 8 * bytesPerMiB + 32 * fillBytes
/** Compiled code, and buffers that outboxes keep for their next use. */
const heapNoiseBytesMax = 2 * bytesPerMiB
/** Pages that V8 keeps for the next garbage, and what waits for all readers when the machine stops them for a moment. */
const rssNoiseBytesMax = 37 * bytesPerMiB
const dropReasons = { 0: 'slow_reader', 1: 'queue_full' } as const

interface Phase {
  fanOut: FanOutFigures
  before: NodeFigures
  after: NodeFigures
  /** Counted for the reader that stopped, by its reason. */
  drops: number
}

await run(async () => {
  const { rate, seconds, bytes } = readOptions({ rate: 500, seconds: 8, bytes: 1_024 })
  console.log(`soak:slow-reader --rate ${rate} --seconds ${seconds} --bytes ${bytes}`)
  const load = { rate, seconds, bytes }
  await SoakNode.use({}, async (node) => {
    for (const qos of [0, 1] as const) {
      const reading: Phase[] = []
      const stopped: Phase[] = []
      for (let round = 0; round < rounds; round++) {
        reading.push(await measure(node, { ...load, qos, stopsReading: false }))
        stopped.push(await measure(node, { ...load, qos, stopsReading: true }))
      }
      report(`slow reader at QoS ${qos}`, figuresOf(reading, stopped))
    }
  })
})

async function measure(
  node: SoakNode,
  load: { rate: number; seconds: number; bytes: number; qos: 0 | 1; stopsReading: boolean }
): Promise<Phase> {
  const fanOut = await FanOut.open(node.mqttPort, load.qos, load.bytes)
  await fanOut.warmUp(load.rate)
  const before = await node.figures()
  if (load.stopsReading) await fanOut.stopOne()
  const { drops: dropsBefore } = await node.figures()
  await fanOut.publish(load.rate, load.seconds)
  const after = await node.figures()
  await fanOut.readOn()
  const { drops: dropsAfter } = await node.figures()
  const figures = fanOut.figures()
  await fanOut.close()
  const reason = dropReasons[load.qos]
  const drops = dropsAfter[reason]! - dropsBefore[reason]!
  return { fanOut: figures, before, after, drops }
}

function figuresOf(reading: Phase[], stopped: Phase[]): Figure[] {
  const all = [...reading, ...stopped]
  const sent = total(all, ({ fanOut }) => fanOut.sent)
  return [
    told('messages published', sent),
    exactly(
      'deliveries to the others',
      total(all, ({ fanOut }) => fanOut.received),
      sent * (subscribers - 1)
    ),
    exactly(
      '  of them out of order',
      total(all, ({ fanOut }) => fanOut.outOfOrder),
      0
    ),
    ...latencyFigures(reading, stopped),
    ...memoryFigures(reading, stopped),
    exactly(
      'dropped, all read',
      total(reading, ({ drops }) => drops),
      0
    ),
    ...stopped.flatMap(({ fanOut, drops }) => [
      must('dropped for the one that stopped', String(drops), drops > 0),
      exactly('  what it got when it read on, and the drops', fanOut.receivedByStopped + drops, fanOut.sent)
    ])
  ]
}

function latencyFigures(reading: Phase[], stopped: Phase[]): Figure[] {
  const p99 = (phases: Phase[]): number =>
    median(phases.map((phase) => phase.fanOut.latencies.quantile(0.99)))
  return [
    told(
      'p50 of each run, all read',
      each(reading, ({ fanOut }) => milliseconds(fanOut.latencies.quantile(0.5)))
    ),
    told(
      'p50 of each run, one stopped',
      each(stopped, ({ fanOut }) => milliseconds(fanOut.latencies.quantile(0.5)))
    ),
    told(
      'p99 of each run, all read',
      each(reading, ({ fanOut }) => milliseconds(fanOut.latencies.quantile(0.99)))
    ),
    told(
      'p99 of each run, one stopped',
      each(stopped, ({ fanOut }) => milliseconds(fanOut.latencies.quantile(0.99)))
    ),
    told('p99, all read', milliseconds(p99(reading))),
    atMost('p99, one stopped', p99(stopped), Math.max(p99(reading) * ratioMax, p99FloorMs), milliseconds)
  ]
}

function memoryFigures(reading: Phase[], stopped: Phase[]): Figure[] {
  const held = ({ before, after }: Phase): number => bytesHeld(after) - bytesHeld(before)
  const rss = ({ before, after }: Phase): number => after.memory.rss - before.memory.rss
  return [
    told(
      'memory held grew by, all read',
      each(reading, (phase) => mebibytes(held(phase)))
    ),
    told(
      'memory held grew by, one stopped',
      each(stopped, (phase) => mebibytes(held(phase)))
    ),
    atMost(
      '  the most of it',
      Math.max(...stopped.map(held)),
      boundedBufferBytes + heapNoiseBytesMax,
      mebibytes
    ),
    told(
      'RSS grew by, all read',
      each(reading, (phase) => mebibytes(rss(phase)))
    ),
    told(
      'RSS grew by, one stopped',
      each(stopped, (phase) => mebibytes(rss(phase)))
    ),
    atMost(
      '  the most of it',
      Math.max(...stopped.map(rss)),
      boundedBufferBytes + rssNoiseBytesMax,
      mebibytes
    )
  ]
}

function each(phases: Phase[], show: (phase: Phase) => string): string {
  return phases.map(show).join(', ')
}

function bytesHeld({ memory }: NodeFigures): number {
  return memory.heapUsed + memory.external
}

function total(phases: Phase[], value: (phase: Phase) => number): number {
  return phases.reduce((sum, phase) => sum + value(phase), 0)
}
