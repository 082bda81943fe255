import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { cleanUp } from '@parley/testkit'

/** A program that speaks in lines; it is ended with the test. */
export class LineProcess {
  readonly lines: string[] = []
  /** Resolves when the program ended well; rejects with what it complained about. */
  readonly ended: Promise<void>
  readonly #child: ChildProcessWithoutNullStreams

  constructor(program: string, args: readonly string[], onLine?: (line: string) => void) {
    this.#child = spawn(program, args)
    createInterface(this.#child.stdout).on('line', (line) => {
      this.lines.push(line)
      onLine?.(line)
    })
    let complaints = ''
    this.#child.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk
    })
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject)
      this.#child.once('close', (code, signal) => {
        if (code === 0 || signal === 'SIGTERM') resolve()
        else reject(new Error(`${program} ended with ${code ?? signal}: ${complaints}`))
      })
    })
    // Whoever waits for the end hears of it; who does not must not end the run.
    this.ended.catch(() => undefined)
    cleanUp(() => this.stop())
  }

  write(line: string): void {
    this.#child.stdin.write(`${line}\n`)
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM')
    await this.ended
  }
}
