import { type ChildProcess, spawn } from 'node:child_process'
import { isAlive } from '@parley/embedded'
import type { Cleanups } from './cleanups.js'
import { until } from './conditions.js'
import { bareEnvironment } from './npm-start.js'

const endsWithinMs = 15_000

/** A command as somebody pastes it into a terminal; ended with everything that it started. */
export class ShellCommand {
  readonly #child: ChildProcess
  #stdout = ''
  #ended = false

  constructor(command: string, cleanups: Cleanups) {
    // A group of its own, so that the end reaches what the shell started.
    this.#child = spawn('sh', ['-c', command], {
      env: bareEnvironment(),
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true
    })
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk
    })
    this.#child.once('close', () => {
      this.#ended = true
    })
    cleanups.add(() => this.#stop())
  }

  /** Waits until its output holds this text. */
  async prints(text: string): Promise<void> {
    await until(`a command prints "${text}"`, () => this.#stdout.includes(text))
  }

  /** Everything that it printed, once it has ended by itself. */
  async output(): Promise<string> {
    await until('a command has ended', () => this.#ended, endsWithinMs)
    return this.#stdout
  }

  async #stop(): Promise<void> {
    const { pid } = this.#child
    if (pid === undefined || this.#ended) return
    process.kill(-pid, 'SIGTERM')
    await until('a command has ended', () => !isAlive(pid))
  }
}
