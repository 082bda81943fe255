import { spawn } from 'node:child_process'
import type { Cleanups } from './cleanups.js'
import { until } from './conditions.js'
import { bareEnvironment, root } from './npm-start.js'
import { kill } from './processes.js'

/** After this time what was pasted is ended: longer than any bound of the tests. */
const giveUpAfterMs = 20_000

/** Something that a person pasted from a page into a terminal, and what it printed. */
export class Pasted {
  stdout = ''
  stderr = ''
  code: number | null | undefined
  readonly #pid: number

  private constructor(program: string, args: string[], env: NodeJS.ProcessEnv, cleanups: Cleanups) {
    // A group of its own: a shell's children end with it.
    const child = spawn(program, args, {
      cwd: root,
      env: { ...bareEnvironment(), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true
    })
    this.#pid = child.pid!
    child.stdout.on('data', (chunk: Buffer) => {
      this.stdout += chunk
    })
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk
    })
    child.once('close', (code) => {
      this.code = code
    })
    cleanups.add(() => this.stop())
  }

  /** Into a shell. */
  static shell(text: string, cleanups: Cleanups, env: NodeJS.ProcessEnv = {}): Pasted {
    return new Pasted('bash', ['-c', text], env, cleanups)
  }

  /** Into a file for Node that ends with .mjs. */
  static module(text: string, cleanups: Cleanups): Pasted {
    return new Pasted(process.execPath, ['--input-type=module', '-e', text], {}, cleanups)
  }

  /** Into a file for Python. */
  static python(text: string, cleanups: Cleanups): Pasted {
    return new Pasted('/usr/bin/python3', ['-u', '-c', text], {}, cleanups)
  }

  get running(): boolean {
    return this.code === undefined
  }

  /** Waits until it has ended by itself, without an error. */
  async done(): Promise<string> {
    await until('what was pasted ends', () => !this.running, giveUpAfterMs)
    if (this.code !== 0) throw new Error(`what was pasted ended with ${this.code}: ${this.stderr}`)
    return this.stdout
  }

  async stop(): Promise<void> {
    if (this.running) kill(-this.#pid)
    await until('what was pasted has ended', () => !this.running)
  }
}
