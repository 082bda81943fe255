// A process of its own, so that a crowd beside it is not in its figures: five pairs of clients that send each other numbered
// QoS 1 messages at a steady rate, one pair after the other. What they saw since they were asked last is told when they are asked.
import { setTimeout as sleep } from 'node:timers/promises'
import type { PublishPacket } from '@parley/mqtt-wire'
import { Latencies } from './latencies.js'
import { SoakClient } from './soak-client.js'

const pairs = 5
/** Of all pairs together. */
const intervalMs = 2
/** What is on its way when they are asked has so long to arrive. */
const settleMs = 1_000
const numberAt = 0
const sentAtMsAt = 8
const payloadBytes = 16

export interface SteadyFigures {
  sent: number
  received: number
  /** Messages that came twice, too early, or not at all. */
  outOfOrder: number
  closed: number
  p50Ms: number
  p99Ms: number
  maxMs: number
}

interface Pair {
  publisher: SoakClient
  subscriber: SoakClient
  topic: string
  sent: number
}

const port = Number(process.argv[2])
let latencies = new Latencies()
let counts = { sent: 0, received: 0, outOfOrder: 0 }
let paused = false
const all = await Promise.all(Array.from({ length: pairs }, (_, index) => openPair(index)))
let turn = 0
setInterval(() => {
  if (!paused) sayNext(all[turn++ % pairs]!)
}, intervalMs)
process.send!({ ready: true })
process.on('message', () => void tell())
process.once('disconnect', () => process.exit())

async function openPair(index: number): Promise<Pair> {
  const topic = `steady/${index}`
  let next = 0
  const onPublish = ({ payload }: PublishPacket): void => {
    latencies.add(performance.now() - payload.readDoubleBE(sentAtMsAt))
    if (payload.readDoubleBE(numberAt) !== next) counts.outOfOrder++
    next = payload.readDoubleBE(numberAt) + 1
    counts.received++
  }
  const level = index % 2 === 0 ? 4 : 5
  const subscriber = await SoakClient.connect({ port, level, clientId: `steady-${index}-in`, onPublish })
  await subscriber.subscribe(topic, 1)
  const publisher = await SoakClient.connect({ port, level, clientId: `steady-${index}-out` })
  return { publisher, subscriber, topic, sent: 0 }
}

function sayNext(pair: Pair): void {
  const payload = Buffer.alloc(payloadBytes)
  payload.writeDoubleBE(pair.sent++, numberAt)
  payload.writeDoubleBE(performance.now(), sentAtMsAt)
  pair.publisher.publish(pair.topic, payload, 1)
  counts.sent++
}

async function tell(): Promise<void> {
  paused = true
  await sleep(settleMs)
  const clients = all.flatMap(({ publisher, subscriber }) => [publisher, subscriber])
  const figures: SteadyFigures = {
    ...counts,
    closed: clients.filter(({ closed }) => closed).length,
    p50Ms: latencies.quantile(0.5),
    p99Ms: latencies.quantile(0.99),
    maxMs: latencies.quantile(1)
  }
  latencies = new Latencies()
  counts = { sent: 0, received: 0, outOfOrder: 0 }
  paused = false
  process.send!({ figures })
}
