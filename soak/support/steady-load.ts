import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { SoakError } from './options.js'
import type { QuietFigures } from './quiet-pairs.js'

/** Five pairs at a steady rate in a process of their own (quiet-pairs.ts), from the start to the stop. */
export class SteadyLoad {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Resolves when all pairs are connected and speak. */
  static async start(port: number): Promise<SteadyLoad> {
    const child = fork(join(import.meta.dirname, 'quiet-pairs.ts'), [String(port)])
    await new Promise<void>((resolve, reject) => {
      child.once('message', () => resolve())
      child.once('exit', () => reject(new SoakError('The steady pairs did not start.')))
    })
    return new SteadyLoad(child)
  }

  stop(): Promise<QuietFigures> {
    return new Promise((resolve, reject) => {
      this.#child.once('message', ({ figures }: { figures: QuietFigures }) => resolve(figures))
      this.#child.once('exit', () =>
        reject(new SoakError('The steady pairs ended before they told anything.'))
      )
      this.#child.send('stop')
    })
  }
}
