// A process of its own, so that the load beside it is not in its figures: pairs of clients that send each other numbered
// QoS 1 messages at a steady rate until they are told to stop, and then tell what they saw.
import { setTimeout as sleep } from 'node:timers/promises'
import type { PublishPacket } from '@parley/mqtt-wire'
import { Latencies } from './latencies.js'
import { SoakClient } from './soak-client.js'

const pairs = 5
const intervalMs = 10
/** What is on its way when they stop has so long to arrive. */
const settleMs = 2_000
const numberAt = 0
const sentAtMsAt = 8
const payloadBytes = 16

export interface QuietFigures {
  sent: number
  acknowledged: number
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
const latencies = new Latencies()
const figures = { sent: 0, acknowledged: 0, received: 0, outOfOrder: 0 }
const all = await Promise.all(Array.from({ length: pairs }, (_, index) => openPair(index)))
const timer = setInterval(() => all.forEach(sayNext), intervalMs)
process.send!({ ready: true })
process.once('message', () => void finish())
process.once('disconnect', () => process.exit())

async function openPair(index: number): Promise<Pair> {
  const topic = `quiet/${index}`
  let next = 0
  const onPublish = ({ payload }: PublishPacket): void => {
    latencies.add(performance.now() - payload.readDoubleBE(sentAtMsAt))
    if (payload.readDoubleBE(numberAt) !== next) figures.outOfOrder++
    next = payload.readDoubleBE(numberAt) + 1
    figures.received++
  }
  const onPuback = (): void => {
    figures.acknowledged++
  }
  const level = index % 2 === 0 ? 4 : 5
  const subscriber = await SoakClient.connect({ port, level, clientId: `quiet-${index}-in`, onPublish })
  await subscriber.subscribe(topic, 1)
  const publisher = await SoakClient.connect({ port, level, clientId: `quiet-${index}-out`, onPuback })
  return { publisher, subscriber, topic, sent: 0 }
}

function sayNext(pair: Pair): void {
  const payload = Buffer.alloc(payloadBytes)
  payload.writeDoubleBE(pair.sent++, numberAt)
  payload.writeDoubleBE(performance.now(), sentAtMsAt)
  pair.publisher.publish(pair.topic, payload, 1)
  figures.sent++
}

async function finish(): Promise<void> {
  clearInterval(timer)
  await sleep(settleMs)
  const clients = all.flatMap(({ publisher, subscriber }) => [publisher, subscriber])
  const told: QuietFigures = {
    ...figures,
    closed: clients.filter(({ closed }) => closed).length,
    p50Ms: latencies.quantile(0.5),
    p99Ms: latencies.quantile(0.99),
    maxMs: latencies.quantile(1)
  }
  process.send!({ figures: told })
  process.disconnect()
}
