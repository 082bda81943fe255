import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { dataPlaneProgram, lastLines, waitUntil } from '@parley/embedded'
import { SoakError } from './options.js'
import type { NodeFigures } from './soak-node.js'

const root = dirname(dirname(import.meta.dirname))
const readyTimeoutMs = 60_000
const stopTimeoutMs = 12_000
const figuresTimeoutMs = 60_000

export interface NodeProcessOptions {
  /** Holds its data, which outlives it, and its log. */
  dir: string
  redisUrl: string
  edgePort: number
}

/** The compiled data plane as a process that can be killed and started again on what it left on disk. */
export class NodeProcess {
  readonly #child: ChildProcess
  readonly #logFile: string

  private constructor(child: ChildProcess, logFile: string) {
    this.#child = child
    this.#logFile = logFile
  }

  /** Starts it; `ready` follows. */
  static spawn({ dir, redisUrl, edgePort }: NodeProcessOptions): NodeProcess {
    mkdirSync(join(dir, 'data'), { recursive: true })
    const logFile = join(dir, 'node.log')
    const logFd = openSync(logFile, 'a')
    const probe = pathToFileURL(join(import.meta.dirname, 'node-probe.mjs')).href
    const env = {
      ...process.env,
      REDIS_URL: redisUrl,
      PARLEY_DATA_DIR: join(dir, 'data'),
      PARLEY_BIND: '127.0.0.1',
      PARLEY_EDGE_PORT: String(edgePort),
      PARLEY_NODE_NAME: 'soak',
      PARLEY_LOG_LEVEL: 'warn'
    }
    const child = spawn(process.execPath, ['--expose-gc', '--import', probe, ...dataPlaneProgram(root)], {
      env,
      stdio: ['ignore', logFd, logFd, 'ipc']
    })
    closeSync(logFd)
    return new NodeProcess(child, logFile)
  }

  /** When it says that it is ready. */
  async ready(): Promise<void> {
    let ready = false
    this.#child.once('message', () => {
      ready = true
    })
    await waitUntil(() => ready || !this.running, readyTimeoutMs)
    if (ready && this.running) return
    throw new SoakError(`The node did not start: ${lastLines(readFileSync(this.#logFile, 'utf8'))}`)
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null
  }

  async figures(): Promise<NodeFigures> {
    return new Promise((resolve, reject) => {
      const onMessage = (message: { figures?: NodeFigures }): void => {
        if (!message.figures) return
        clearTimeout(timer)
        this.#child.off('message', onMessage)
        resolve(message.figures)
      }
      const timer = setTimeout(() => {
        this.#child.off('message', onMessage)
        reject(new SoakError(`The node did not tell its figures within ${figuresTimeoutMs / 1_000} s.`))
      }, figuresTimeoutMs)
      this.#child.on('message', onMessage)
      this.#child.send({ ask: 'figures' })
    })
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    if (!(await waitUntil(() => !this.running, stopTimeoutMs)))
      throw new SoakError('The node cannot be killed.')
  }

  async stop(): Promise<void> {
    if (this.running) this.#child.kill('SIGTERM')
    if (!(await waitUntil(() => !this.running, stopTimeoutMs))) await this.kill()
  }
}
