import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Redis } from 'ioredis'
import type { EmbeddedServer } from './embedded-server.js'
import { EmbeddedServerError } from './embedded-server-error.js'
import { defaultCacheDir, serverEnvironment } from './environment.js'
import { findRedis } from './redis-binary.js'
import { choosePort, rememberedPort, rememberPort } from './remembered-port.js'
import {
  commandLine,
  isAlive,
  lastLines,
  type StopStep,
  spawnServer,
  stopProcess,
  waitUntil
} from './server-process.js'

export interface RedisOptions {
  /** Holds the data (`data/`), the log (`redis.log`), the process id (`redis.pid`) and the port used last (`port`). */
  dir: string
  /** Default: the port used last if it is free, else any free one. */
  port?: number
  /** Where an unpacked Redis is kept. Default: `PARLEY_CACHE_DIR`, else `~/.cache/parley`. */
  cacheDir?: string
  /** Hears of a download before it begins. */
  announce?: (text: string) => void
  /** A process group of its own, which Ctrl-C does not reach. Default true. */
  detached?: boolean
}

/** Reading the append-only file of a large data set takes its time. */
const readyTimeoutMs = 60_000
const leftBehindTimeoutMs = 10_000
const connectTimeoutMs = 2_000
const portAttemptsMax = 3
const remedy = 'Set REDIS_URL to use a Redis of your own.'

/** SIGTERM: the append-only file is flushed to the disk. */
const stopSteps: StopStep[] = [
  { signal: 'SIGTERM', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 3_000 }
]

/** Starts a Redis that keeps what it acknowledged, or takes over the one that an earlier process left on this folder. */
export async function startRedis(options: RedisOptions): Promise<EmbeddedServer> {
  const dir = resolve(options.dir)
  mkdirSync(join(dir, 'data'), { recursive: true, mode: 0o700 })
  const found = await takeLeftBehind(dir)
  if (found) return found
  const { command, env } = findRedis(
    options.cacheDir ?? defaultCacheDir(),
    options.announce ?? (() => undefined)
  )
  const logFile = join(dir, 'redis.log')
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(dir, options.port)
    // Before the start: whatever happens to this process, the next one finds the server.
    rememberPort(dir, port)
    const server = await spawnServer({
      command,
      args: flags(dir, port),
      env: serverEnvironment(env),
      logFile,
      detached: options.detached ?? true
    })
    await waitUntil(async () => !server.running() || (await processServing(dir, port)) > 0, readyTimeoutMs)
    if (server.running() && (await processServing(dir, port)) === server.pid) {
      return running(server.pid, port, false)
    }
    await stopProcess(server.pid, stopSteps)
    const portTaken = /Address already in use/.test(server.log())
    if (!portTaken || options.port || attempt === portAttemptsMax) {
      throw new EmbeddedServerError(`Redis did not start: ${lastLines(server.log())} (${logFile}).`, remedy)
    }
  }
}

function flags(dir: string, port: number): string[] {
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir: join(dir, 'data'),
    pidfile: join(dir, 'redis.pid'),
    daemonize: 'no',
    appendonly: 'yes',
    appendfsync: 'everysec',
    // BullMQ's jobs, and sessions, must never be evicted.
    'maxmemory-policy': 'noeviction',
    save: ''
  }
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
}

async function takeLeftBehind(dir: string): Promise<EmbeddedServer | undefined> {
  const port = rememberedPort(dir)
  if (!port) return undefined
  const pid = leftBehindProcess(dir, port)
  const patienceMs = pid ? leftBehindTimeoutMs : 0
  let serving = 0
  await waitUntil(async () => {
    serving = await processServing(dir, port)
    return serving > 0
  }, patienceMs)
  if (serving) return running(serving, port, true)
  // Two servers on one append-only file would ruin it.
  if (pid) await stopProcess(pid, stopSteps)
  return undefined
}

/** The process of the pid file, if it still is a Redis of that port: the number may have gone to another process. */
function leftBehindProcess(dir: string, port: number): number | undefined {
  const file = join(dir, 'redis.pid')
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8'))
  if (!(pid > 0) || !isAlive(pid)) return undefined
  const line = commandLine(pid)
  return /(redis|valkey)-server/.test(line) && line.includes(String(port)) ? pid : undefined
}

/** The process id of the server at `port` when it answers and its data is this folder's; else 0. */
async function processServing(dir: string, port: number): Promise<number> {
  const client = new Redis({
    port,
    host: '127.0.0.1',
    lazyConnect: true,
    retryStrategy: null,
    connectTimeout: connectTimeoutMs,
    commandTimeout: connectTimeoutMs,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.ping()
    const [, dataDir] = (await client.config('GET', 'dir')) as [string, string]
    if (realpathSync(dataDir) !== realpathSync(join(dir, 'data'))) return 0
    return Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1] ?? 0)
  } catch {
    return 0
  } finally {
    client.disconnect()
  }
}

function running(pid: number, port: number, reused: boolean): EmbeddedServer {
  const url = `redis://127.0.0.1:${port}`
  return { url, port, pid, reused, stop: () => stopProcess(pid, stopSteps) }
}
