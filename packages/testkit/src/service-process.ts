import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isAlive } from '@parley/embedded'
import { eventually } from './eventually.js'

/** Holds for `src` and for `dist` alike. */
const root = resolve(import.meta.dirname, '../../..')
const readyTimeoutMs = 20_000
const exitTimeoutMs = 12_000
const logBytesMax = 1_000_000

/**
 * One app, compiled, as a process of its own, with this environment and nothing of the caller's: it would lead to servers
 * and folders of somebody else. What it writes is kept in memory.
 */
export class ServiceProcess {
  readonly name: string
  readonly #script: string
  readonly #env: NodeJS.ProcessEnv
  #child: ChildProcess | undefined
  #port: number | undefined
  #log = ''

  constructor(app: 'api' | 'data-plane', name: string, env: NodeJS.ProcessEnv) {
    this.name = name
    this.#script = join(root, 'apps', app, 'dist/main.js')
    this.#env = env
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** The port that it told when it was ready. */
  get port(): number {
    return this.#port ?? 0
  }

  get log(): string {
    return this.#log
  }

  /** Starts it, or starts it again, and waits until it says that it is ready. */
  async start(): Promise<void> {
    if (!existsSync(this.#script)) throw new Error(`${this.#script} is missing: run \`npm run build\` first`)
    this.#port = undefined
    const child = spawn(process.execPath, [this.#script], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc']
    })
    this.#child = child
    const keep = (chunk: Buffer): void => {
      this.#log = (this.#log + chunk.toString()).slice(-logBytesMax)
    }
    child.stdout?.on('data', keep)
    child.stderr?.on('data', keep)
    child.on('message', (message: { ready?: boolean; port?: number }) => {
      if (message.ready) this.#port = message.port
    })
    await eventually(
      () => {
        if (this.#port === undefined && hasEnded(child)) return
        if (this.#port === undefined) throw new Error('it has not said so')
      },
      { timeoutMs: readyTimeoutMs, message: `${this.name} is ready` }
    )
    if (this.#port === undefined) throw new Error(`${this.name} ended:\n${this.#log}`)
  }

  /** Sends a signal and waits until the process is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child
    if (!child || hasEnded(child)) return
    child.kill(signal)
    await eventually(
      () => {
        if (isAlive(child.pid!)) throw new Error(`process ${child.pid} runs`)
      },
      { timeoutMs: exitTimeoutMs, message: `${this.name} has ended after ${signal}` }
    )
  }

  /** Asks it to end. One that does not is killed, and fails the test. */
  async stop(): Promise<void> {
    try {
      await this.kill('SIGTERM')
    } finally {
      await this.kill('SIGKILL')
    }
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
