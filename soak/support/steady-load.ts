import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { generatorFlags } from './generator-flags.js'
import { SoakError } from './options.js'
import type { SteadyFigures } from './steady-pairs.js'

/** A process is slow at what it does for the first time: that is not measured. */
const warmUpMs = 1_000

/** Five pairs at a steady rate in a process of their own (steady-pairs.ts). */
export class SteadyLoad {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Resolves when all pairs have been speaking for a moment. */
  static async start(port: number): Promise<SteadyLoad> {
    const child = fork(join(import.meta.dirname, 'steady-pairs.ts'), [String(port)], {
      execArgv: [...generatorFlags, ...process.execArgv]
    })
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve())
      child.once('exit', () => reject(new SoakError('The steady pairs did not start.')))
    })
    const load = new SteadyLoad(child)
    await sleep(warmUpMs)
    await load.figures()
    return load
  }

  /** What the pairs saw since they were asked last. */
  figures(): Promise<SteadyFigures> {
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new SoakError('The steady pairs ended before they told anything.'))
      this.#child.once('exit', onExit)
      this.#child.once('message', ({ figures }: { figures: SteadyFigures }) => {
        this.#child.off('exit', onExit)
        resolve(figures)
      })
      this.#child.send('figures')
    })
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect()
  }
}
