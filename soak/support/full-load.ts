import { setTimeout as sleep } from 'node:timers/promises'
import { BenchError } from '../../bench/bench-error.js'
import { findMqload, type LoadResult, runMqload } from '../../bench/mqload.js'
import { SoakError } from './options.js'

/** 20 pairs, QoS 1, each with one message on its way: the next is sent when it has arrived and was acknowledged. */
const pairs = ['-m', 'pair', '-n', '20', '-q', '1', '-w', '1']
/** mqload connects, waits for 0.3 s and warms up for 1 s before it measures: the storm begins when it does. */
const measuresAfterMs = 1_500
const warmUpSeconds = 2

/** Pairs that send as fast as the node lets them, by the load generator of the benches (MQLOAD). */
export class FullLoad {
  readonly #mqload: string

  constructor() {
    try {
      this.#mqload = findMqload()
    } catch (error) {
      throw inASentence(error)
    }
  }

  /** What they see while nothing else happens. */
  async undisturbed(port: number, seconds: number): Promise<LoadResult> {
    await this.#run(port, warmUpSeconds)
    return this.#run(port, seconds)
  }

  /** What they see from some tenths of a second before `work` begins; `work` should take longer than `seconds`. */
  async beside<T>(port: number, seconds: number, work: () => Promise<T>): Promise<[T, LoadResult]> {
    await this.#run(port, warmUpSeconds)
    return Promise.all([sleep(measuresAfterMs).then(work), this.#run(port, seconds)])
  }

  #run(port: number, seconds: number): Promise<LoadResult> {
    return runMqload(this.#mqload, port, [...pairs, '-d', String(seconds)]).catch((error: unknown) => {
      throw inASentence(error)
    })
  }
}

function inASentence(error: unknown): unknown {
  return error instanceof BenchError ? new SoakError(error.message) : error
}
