import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type DevFile, devFileName } from '@parley/contracts'
import { freePort, isAlive } from '@parley/embedded'
import { freePortRange } from '@parley/testkit'
import type { Cleanups } from './cleanups.js'
import { until } from './conditions.js'
import { dataFolder } from './data-folder.js'

export const root = dirname(dirname(import.meta.dirname))
const mqttPortCount = 40
const readyTimeoutMs = 90_000
const exitTimeoutMs = 30_000

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** Ports and folder that belong to one test; the same for every start on that folder. */
export interface StartSettings {
  dataDir: string
  env: NodeJS.ProcessEnv
}

/** A data folder and ports that nobody else uses. */
export async function startSettings(cleanups: Cleanups): Promise<StartSettings> {
  const dataDir = dataFolder(cleanups)
  return {
    dataDir,
    env: {
      PARLEY_DATA_DIR: dataDir,
      PARLEY_HTTP_PORT: String(await freePort()),
      PARLEY_EDGE_PORT: String(await freePort()),
      PARLEY_MQTT_PORTS: await mqttPorts()
    }
  }
}

/** Some ports in a row that are free on these addresses, as PARLEY_MQTT_PORTS wants them. */
export async function mqttPorts(hosts?: string[]): Promise<string> {
  const first = await freePortRange(mqttPortCount, hosts)
  return `${first}-${first + mqttPortCount - 1}`
}

/** One `npm start`, without npm: the supervisor itself, in a process group of its own as a terminal would give it. */
export class NpmStart {
  readonly #settings: StartSettings
  readonly #child: ChildProcess
  #stdout = ''
  #stderr = ''
  #exit: Exit | undefined

  constructor(settings: StartSettings, cleanups: Cleanups) {
    this.#settings = settings
    this.#child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', 'scripts/start.ts'], {
      cwd: root,
      env: { ...bareEnvironment(), ...settings.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true
    })
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk
    })
    this.#child.once('close', (code, signal) => {
      this.#exit = { code, signal }
    })
    cleanups.add(() => this.pressCtrlC())
  }

  get pid(): number {
    return this.#child.pid!
  }

  get stdout(): string {
    return this.#stdout
  }

  get stderr(): string {
    return this.#stderr
  }

  get devFile(): string {
    return join(this.#settings.dataDir, devFileName)
  }

  /** Waits for the dev.json of this very start. */
  async ready(): Promise<DevFile> {
    await until('npm start is ready', () => this.#exit !== undefined || this.#isReady(), readyTimeoutMs)
    if (!this.#isReady()) throw new Error(`npm start ended:\n${this.#stdout}\n${this.#stderr}`)
    return this.#readDevFile()!
  }

  async exited(): Promise<Exit> {
    await until('npm start has ended', () => this.#exit !== undefined, exitTimeoutMs)
    return this.#exit!
  }

  /** What a terminal does on Ctrl-C: the signal goes to every process of the group. */
  async pressCtrlC(): Promise<Exit> {
    if (this.#exit === undefined && isAlive(this.pid)) process.kill(-this.pid, 'SIGINT')
    return this.exited()
  }

  #isReady(): boolean {
    return this.#readDevFile()?.pid === this.pid
  }

  #readDevFile(): DevFile | undefined {
    return existsSync(this.devFile) ? (JSON.parse(readFileSync(this.devFile, 'utf8')) as DevFile) : undefined
  }
}

/** This environment without what would lead a start to servers or folders of somebody else. */
export function bareEnvironment(): NodeJS.ProcessEnv {
  const foreign = /^(PARLEY_|DATABASE_URL$|REDIS_URL$|NODE_OPTIONS$|VITEST)/
  const cacheDir = process.env.PARLEY_CACHE_DIR
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name))
  return { ...Object.fromEntries(kept), ...(cacheDir ? { PARLEY_CACHE_DIR: cacheDir } : {}) }
}
