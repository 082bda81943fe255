import { type ChildProcess, spawn } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { connectRedis, publishSnapshot } from '@parley/config-feed'
import {
  defaultInstanceSettings,
  type InstanceSettings,
  type InstanceSnapshot,
  readSnapshot
} from '@parley/contracts'
import { dataPlaneProgram, type EmbeddedServer, lastLines, startRedis, waitUntil } from '@parley/embedded'
import { freePortRange } from '@parley/testkit'
import { accepts } from './accepts.js'
import { SoakError } from './options.js'

const root = dirname(dirname(import.meta.dirname))
const readyTimeoutMs = 20_000
const stopTimeoutMs = 12_000
const answerTimeoutMs = 60_000
const looksAtRest = 6
const betweenLooksMs = 1_000
/** pino's */
const errorLevel = 50
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** What a node tells of itself. */
export interface NodeFigures {
  /** After a collection of garbage. */
  memory: NodeJS.MemoryUsage
  drops: Record<string, number>
}

/** The compiled data plane as a process of its own, with one anonymous instance on 127.0.0.1 and a Redis of its own. */
export class SoakNode {
  readonly instanceId = 'mqtt-soak0000'
  readonly #dir: string
  readonly #redis: EmbeddedServer
  readonly #limits: Partial<InstanceSettings['limits']>
  readonly #logFile: string
  #child: ChildProcess | undefined
  mqttPort = 0
  edgePort = 0

  private constructor(dir: string, redis: EmbeddedServer, limits: Partial<InstanceSettings['limits']>) {
    this.#dir = dir
    this.#redis = redis
    this.#limits = limits
    this.#logFile = join(dir, 'node.log')
  }

  /** Starts Redis and node, and runs `use`; whatever happens, both are ended. */
  static async use(
    limits: Partial<InstanceSettings['limits']>,
    use: (node: SoakNode) => Promise<void>
  ): Promise<void> {
    const dir = mkdtempSync(join(tmpdir(), 'parley-soak-'))
    const redis = await startRedis({ dir: join(dir, 'redis'), detached: false })
    const node = new SoakNode(dir, redis, limits)
    try {
      await node.#start()
      await use(node)
    } finally {
      await node.#stop()
      await redis.stop()
      rmSync(dir, { recursive: true, force: true })
    }
  }

  get pid(): number {
    return this.#child!.pid!
  }

  get packetBytesMax(): number {
    return this.#settings().limits.packetBytesMax
  }

  /** True while it is the process that was started: it never ended. */
  get running(): boolean {
    return this.#child!.exitCode === null && this.#child!.signalCode === null
  }

  async figures(): Promise<NodeFigures> {
    return (await this.#ask('figures')) as NodeFigures
  }

  /**
   * Its figures at rest: of several looks the one with the smallest RSS, because V8 gives back the pages of garbage only
   * after a while.
   */
  async settledFigures(): Promise<NodeFigures> {
    let smallest = await this.figures()
    for (let looks = 1; looks < looksAtRest; looks++) {
      await sleep(betweenLooksMs)
      const figures = await this.figures()
      if (figures.memory.rss < smallest.memory.rss) smallest = figures
    }
    return smallest
  }

  /** Writes what is on its heap to a file that the developer tools of a browser read. */
  async writeHeapSnapshot(file: string): Promise<void> {
    await this.#ask('heapSnapshot', file)
  }

  /** How many descriptors it holds open; undefined where the system does not tell. */
  openFiles(): number | undefined {
    const dir = `/proc/${this.pid}/fd`
    return existsSync(dir) ? readdirSync(dir).length : undefined
  }

  /** Lines of its log of level error and above, and everything that is no line of the log at all. */
  errorLines(): string[] {
    const lines = readFileSync(this.#logFile, 'utf8').split('\n')
    return lines.filter((line) => line !== '' && levelOf(line) >= errorLevel)
  }

  async #start(): Promise<void> {
    // Not of those that systems give out: another connection of this very run could get it first.
    this.mqttPort = await freePortRange(2)
    this.edgePort = this.mqttPort + 1
    await this.#publish()
    mkdirSync(join(this.#dir, 'data'))
    const logFd = openSync(this.#logFile, 'a')
    const probe = pathToFileURL(join(import.meta.dirname, 'node-probe.mjs')).href
    const args = ['--expose-gc', '--import', probe, ...dataPlaneProgram(root)]
    const child = spawn(process.execPath, args, {
      env: this.#environment(),
      stdio: ['ignore', logFd, logFd, 'ipc']
    })
    closeSync(logFd)
    this.#child = child
    let ready = false
    child.once('message', () => {
      ready = true
    })
    const listens = async () => ready && (await accepts(this.mqttPort))
    await waitUntil(async () => !this.running || (await listens()), readyTimeoutMs)
    if (!this.running || !(await listens())) {
      throw new SoakError(`The node did not start: ${lastLines(readFileSync(this.#logFile, 'utf8'))}`)
    }
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      REDIS_URL: this.#redis.url,
      PARLEY_DATA_DIR: join(this.#dir, 'data'),
      PARLEY_BIND: '127.0.0.1',
      PARLEY_EDGE_PORT: String(this.edgePort),
      PARLEY_NODE_NAME: 'soak',
      PARLEY_LOG_LEVEL: 'warn'
    }
  }

  async #publish(): Promise<void> {
    const redis = connectRedis(this.#redis.url, silent, 'soak')
    try {
      await new Promise<void>((resolve) => redis.once('ready', resolve))
      await publishSnapshot(redis, this.#snapshot())
    } finally {
      redis.disconnect()
    }
  }

  /** As it is read: what is left out takes its default. */
  #snapshot(): InstanceSnapshot {
    const fields = {
      instanceId: this.instanceId,
      tenantId: 'soak',
      epoch: 1,
      revision: 1,
      deleted: false,
      status: 'running',
      mqttPort: this.mqttPort,
      settings: this.#settings(),
      rules: []
    }
    const reading = readSnapshot(JSON.stringify(fields))
    if ('problem' in reading) throw new SoakError(`The snapshot is not valid: ${reading.problem}.`)
    return reading.snapshot
  }

  #settings(): InstanceSettings {
    const settings = defaultInstanceSettings()
    settings.authentication.anonymous = true
    Object.assign(settings.limits, this.#limits)
    return settings
  }

  #ask(ask: 'figures' | 'heapSnapshot', file?: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const child = this.#child!
      const timer = setTimeout(() => {
        child.off('message', onMessage)
        reject(new SoakError(`The node did not tell its ${ask} within ${answerTimeoutMs / 1_000} s.`))
      }, answerTimeoutMs)
      const onMessage = (message: object): void => {
        if (!(ask in message)) return
        clearTimeout(timer)
        child.off('message', onMessage)
        resolve((message as Record<string, unknown>)[ask])
      }
      child.on('message', onMessage)
      child.send({ ask, file })
    })
  }

  async #stop(): Promise<void> {
    const child = this.#child
    if (!child) return
    if (this.running) child.kill('SIGTERM')
    if (!(await waitUntil(() => !this.running, stopTimeoutMs))) child.kill('SIGKILL')
  }
}

function levelOf(line: string): number {
  try {
    return (JSON.parse(line) as { level: number }).level
  } catch {
    // What is no line of the logger was written by something that failed.
    return errorLevel
  }
}
