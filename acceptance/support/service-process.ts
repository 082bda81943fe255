import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataPlaneProgram, lastLines } from '@parley/embedded'
import type { Cleanups } from './cleanups.js'
import { until } from './conditions.js'
import { bareEnvironment, root } from './npm-start.js'

const readyTimeoutMs = 20_000
const stopTimeoutMs = 12_000

/** The compiled API or data plane as a process of its own. */
export class ServiceProcess {
  readonly #logFile: string
  readonly #child: ChildProcess
  #port: number | undefined
  #ended = false

  private constructor(app: 'api' | 'data-plane', dir: string, env: NodeJS.ProcessEnv) {
    this.#logFile = join(dir, `${app}.log`)
    const logFd = openSync(this.#logFile, 'a')
    const program = app === 'data-plane' ? dataPlaneProgram(root) : [join(root, 'apps/api/dist/main.js')]
    this.#child = spawn(process.execPath, program, {
      env: { ...bareEnvironment(), PARLEY_DATA_DIR: dir, ...env },
      stdio: ['ignore', logFd, logFd, 'ipc']
    })
    closeSync(logFd)
    this.#child.on('message', (message) => {
      const { ready, port } = message as { ready?: boolean; port?: number }
      if (ready) this.#port = port
    })
    this.#child.once('exit', () => {
      this.#ended = true
    })
  }

  /** Starts it and waits until it says that it is ready. */
  static async start(
    app: 'api' | 'data-plane',
    dir: string,
    env: NodeJS.ProcessEnv,
    cleanups: Cleanups
  ): Promise<ServiceProcess> {
    const service = new ServiceProcess(app, dir, env)
    cleanups.add(() => service.stop())
    await until(`${app} is ready`, () => service.#ended || service.#port !== undefined, readyTimeoutMs)
    if (service.#ended) throw new Error(`${app} ended:\n${lastLines(service.log(), 20)}`)
    return service
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** The port that it told: of the API, or the edge. */
  get port(): number {
    return this.#port!
  }

  /** True while it is the process that was started: it never ended. */
  get running(): boolean {
    return !this.#ended
  }

  log(): string {
    return readFileSync(this.#logFile, 'utf8')
  }

  /** Asks it to end, and waits. */
  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (!this.#ended) this.#child.kill(signal)
    await until(`process ${this.pid} has ended`, () => this.#ended, stopTimeoutMs)
  }
}
