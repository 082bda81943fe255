import { setTimeout as sleep } from 'node:timers/promises'
import type { LoadResult } from '../../bench/mqload.js'
import type { StormFigures } from './crowd.js'
import type { FullLoad } from './full-load.js'
import { count, exactly, type Figure, milliseconds, must, seconds, told } from './report.js'
import { SteadyLoad } from './steady-load.js'
import type { SteadyFigures } from './steady-pairs.js'

/** Shorter than the storm beside it: what comes after it would make it look better. */
const fullLoadSeconds = 6
const usPerMs = 1_000
const msPerSecond = 1_000

/** What the others saw. */
export interface Seen {
  p99Ms: number
  figures: Figure[]
}

/** Clients of another instance of the node, which a storm should not trouble. */
export interface Others {
  readonly name: string
  /** A p99 below this, in ms, is that of the machine, whatever the node does. */
  readonly p99FloorMs: number
  undisturbed(): Promise<Seen>
  beside(storm: () => Promise<StormFigures>): Promise<[StormFigures, Seen]>
}

/** Pairs that speak now and then, whatever happens: what stands still for a moment is late for each message that was due then. */
export class SteadyOthers implements Others {
  readonly name = 'pairs at a steady rate'
  /** They leave the node idle, with a p99 of some 0.5 ms: two processes that want the same core are longer than three times that. */
  readonly p99FloorMs = 5
  readonly #port: number
  readonly #seconds: number

  constructor(port: number, seconds: number) {
    this.#port = port
    this.#seconds = seconds
  }

  async undisturbed(): Promise<Seen> {
    const [, seen] = await this.beside(() => sleep(this.#seconds * msPerSecond))
    return seen
  }

  async beside<T>(work: () => Promise<T>): Promise<[T, Seen]> {
    const load = await SteadyLoad.start(this.#port)
    try {
      const result = await work()
      const seen = await load.figures()
      return [result, { p99Ms: seen.p99Ms, figures: steadyFigures(seen) }]
    } finally {
      load.stop()
    }
  }
}

/** Pairs that send as fast as the node lets them. */
export class FullLoadOthers implements Others {
  readonly name = 'pairs at full load'
  readonly p99FloorMs = 0
  readonly #load: FullLoad
  readonly #port: number

  constructor(load: FullLoad, port: number) {
    this.#load = load
    this.#port = port
  }

  async undisturbed(): Promise<Seen> {
    const load = await this.#load.undisturbed(this.#port, fullLoadSeconds)
    return { p99Ms: load.p99Us / usPerMs, figures: loadFigures(load) }
  }

  async beside(storm: () => Promise<StormFigures>): Promise<[StormFigures, Seen]> {
    const [result, load] = await this.#load.beside(this.#port, fullLoadSeconds, storm)
    const measured = must(
      'the pairs were measured during the storm',
      seconds(fullLoadSeconds * msPerSecond),
      result.tookMs > fullLoadSeconds * msPerSecond
    )
    return [result, { p99Ms: load.p99Us / usPerMs, figures: [measured, ...loadFigures(load)] }]
  }
}

function steadyFigures({ sent, received, outOfOrder, closed, p50Ms, p99Ms, maxMs }: SteadyFigures): Figure[] {
  return [
    told('pairs: messages sent', sent),
    told('pairs: p50', milliseconds(p50Ms)),
    told('pairs: p99', milliseconds(p99Ms)),
    told('pairs: longest', milliseconds(maxMs)),
    exactly('pairs: messages lost, twice or out of order', outOfOrder + Math.abs(sent - received), 0),
    exactly('pairs: connections closed', closed, 0)
  ]
}

function loadFigures({ messagesPerS, p50Us, p99Us, errors }: LoadResult): Figure[] {
  return [
    told('pairs: messages/s', count(messagesPerS)),
    told('pairs: p50', milliseconds(p50Us / usPerMs)),
    told('pairs: p99', milliseconds(p99Us / usPerMs)),
    exactly('pairs: refused, closed or unmatched', errors, 0)
  ]
}
