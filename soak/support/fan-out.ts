import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntil } from '@parley/embedded'
import type { PublishPacket, Qos } from '@parley/mqtt-wire'
import { Latencies } from './latencies.js'
import { SoakError } from './options.js'
import { SoakClient } from './soak-client.js'

export const subscribers = 50
const warmUpSeconds = 2
/** Together more than 9 MiB and what two kernels' buffers of one connection hold. */
const fillMessages = 400
export const fillBytes = 65_536
const tickMs = 1
const numberAt = 0
const sentAtMsAt = 8
const arriveMsMax = 30_000
/** Without a message for so long, the reader that was stopped has got all that was kept for it. */
const quietMs = 500

export interface FanOutFigures {
  sent: number
  /** By the subscribers that never stop, in all. */
  received: number
  outOfOrder: number
  /** By the one that may be stopped, in all. */
  receivedByStopped: number
  latencies: Latencies
}

let phases = 0

/** One publisher and fifty subscribers of one topic, the first of which may be stopped. */
export class FanOut {
  readonly #topic = `fan-out/${phases++}`
  readonly #qos: Qos
  readonly #bytes: number
  readonly #clients: SoakClient[] = []
  #publisher!: SoakClient
  #sent = 0
  /** The number that each subscriber expects next. */
  readonly #next = new Array<number>(subscribers).fill(0)
  #received = 0
  #receivedByStopped = 0
  #outOfOrder = 0
  #latencies = new Latencies()

  private constructor(qos: Qos, bytes: number) {
    this.#qos = qos
    this.#bytes = bytes
  }

  static async open(port: number, qos: Qos, bytes: number): Promise<FanOut> {
    const fanOut = new FanOut(qos, bytes)
    for (let index = 0; index < subscribers; index++) {
      const level = index % 2 === 0 ? 4 : 5
      const onPublish = (packet: PublishPacket): void => fanOut.#onPublish(index, packet)
      const client = await SoakClient.connect({ port, level, clientId: `reader-${index}`, onPublish })
      await client.subscribe(fanOut.#topic, qos)
      fanOut.#clients.push(client)
    }
    fanOut.#publisher = await SoakClient.connect({ port, level: 4, clientId: 'publisher' })
    return fanOut
  }

  /** The load without its figures. */
  async warmUp(rate: number): Promise<void> {
    await this.publish(rate, warmUpSeconds)
    this.#sent = 0
    this.#next.fill(0)
    this.#received = 0
    this.#receivedByStopped = 0
    this.#latencies = new Latencies()
  }

  /**
   * Stops the first reader, and fills what the kernel, the outbox and the queue hold for it with messages of its own: what
   * follows meets a reader for which nothing is free.
   */
  async stopOne(): Promise<void> {
    const [stopped] = this.#clients
    const topic = `${this.#topic}/fill`
    await stopped!.subscribe(topic, this.#qos)
    stopped!.stopReading()
    const payload = Buffer.alloc(fillBytes)
    for (let filled = 0; filled < fillMessages; filled++) {
      this.#publisher.publish(topic, payload, this.#qos)
      await this.#publisher.ping()
    }
  }

  /** Publishes at a steady rate, then waits until the others have everything. */
  async publish(rate: number, seconds: number): Promise<void> {
    const startedAt = performance.now()
    const until = this.#sent + rate * seconds
    const first = this.#sent
    while (this.#sent < until) {
      const due = Math.min(until, first + Math.floor(((performance.now() - startedAt) / 1_000) * rate))
      while (this.#sent < due) this.#publishNext()
      await sleep(tickMs)
    }
    const expected = this.#sent * (subscribers - 1)
    if (!(await waitUntil(() => this.#received >= expected, arriveMsMax))) {
      throw new SoakError(`Only ${this.#received} of ${expected} deliveries within ${arriveMsMax} ms.`)
    }
  }

  /** The reader that was stopped takes what was kept for it. */
  async readOn(): Promise<void> {
    this.#clients[0]!.readOn()
    let before: number
    do {
      before = this.#receivedByStopped
      await sleep(quietMs)
    } while (this.#receivedByStopped > before)
  }

  figures(): FanOutFigures {
    return {
      sent: this.#sent,
      received: this.#received,
      outOfOrder: this.#outOfOrder,
      receivedByStopped: this.#receivedByStopped,
      latencies: this.#latencies
    }
  }

  async close(): Promise<void> {
    const closed = this.#clients.filter((client) => client.closed)
    if (closed.length > 0) throw new SoakError(`${closed.length} subscribers were closed.`)
    for (const client of [...this.#clients, this.#publisher]) await client.destroy()
  }

  #publishNext(): void {
    const payload = Buffer.alloc(this.#bytes)
    payload.writeDoubleBE(this.#sent++, numberAt)
    payload.writeDoubleBE(performance.now(), sentAtMsAt)
    this.#publisher.publish(this.#topic, payload, this.#qos)
  }

  #onPublish(index: number, { topic, payload }: PublishPacket): void {
    const number = payload.readDoubleBE(numberAt)
    if (index === 0) {
      if (topic === this.#topic) this.#receivedByStopped++
      return
    }
    if (number !== this.#next[index]) this.#outOfOrder++
    this.#next[index] = number + 1
    this.#received++
    this.#latencies.add(performance.now() - payload.readDoubleBE(sentAtMsAt))
  }
}
