import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { EmbeddedServer } from './embedded-server.js'
import { EmbeddedServerError } from './embedded-server-error.js'
import { serverEnvironment } from './environment.js'
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.js'
import { choosePort, rememberPort } from './remembered-port.js'
import {
  commandLine,
  isAlive,
  lastLines,
  type ServerProcess,
  type StopStep,
  spawnServer,
  stopProcess,
  waitUntil
} from './server-process.js'
import { giveTo, type Unprivileged, unprivileged } from './unprivileged.js'

export interface PostgresOptions {
  /** Holds the data (`data/`), the log (`postgres.log`) and the port that was used last (`port`). */
  dir: string
  /** Default: the port used last if it is free, else any free one. */
  port?: number
  /** For tests: nothing is flushed to the disk, a power cut loses all. */
  fast?: boolean
  /** A process group of its own, which Ctrl-C does not reach. Default true. */
  detached?: boolean
}

/** Everything that the steps below need to know. */
interface Plan {
  dir: string
  data: string
  logFile: string
  binaries: PostgresBinaries
  way: Unprivileged
  options: PostgresOptions
}

const user = 'postgres'
/** A crashed server reads its log again before it answers. */
const readyTimeoutMs = 60_000
const leftBehindTimeoutMs = 10_000
/** The sub-processes of a killed server notice within this time. */
const orphansTimeoutMs = 10_000
const orphansPollMs = 200
const connectTimeoutMs = 2_000
const fastFlags = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off']
const remedy = 'Set DATABASE_URL to use a Postgres of your own.'

/** SIGINT: clients are disconnected, and the data is left clean. */
const stopSteps: StopStep[] = [
  { signal: 'SIGINT', waitMs: 10_000 },
  { signal: 'SIGQUIT', waitMs: 3_000 },
  { signal: 'SIGKILL', waitMs: 3_000 }
]

/** Starts the Postgres that npm installed, or takes over the one that an earlier process left on this folder. */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedServer> {
  const dir = resolve(options.dir)
  mkdirSync(dir, { recursive: true })
  const binaries = postgresBinaries()
  const data = join(dir, 'data')
  const way = unprivileged([data, binaries.postgres])
  const plan: Plan = { dir, data, logFile: join(dir, 'postgres.log'), binaries, way, options }
  const found = await takeLeftBehind(plan)
  if (found) return found
  initialise(plan)
  return start(plan)
}

// --- a server that was left behind --------------------------------------------------------------------------------

interface LeftBehind {
  pid: number
  port: number
}

async function takeLeftBehind({ data }: Plan): Promise<EmbeddedServer | undefined> {
  const found = readPidFile(data)
  if (!found) return undefined
  if (!isAlive(found.pid) || !isPostgresOf(found.pid, data)) {
    // Postgres would believe a process that has got the old number since.
    rmSync(join(data, 'postmaster.pid'), { force: true })
    return undefined
  }
  const portNow = () => readPidFile(data)?.port || found.port
  const answers = await waitUntil(() => serves(urlOf(portNow()), data), leftBehindTimeoutMs)
  if (answers) return running(found.pid, portNow(), true)
  await stopProcess(found.pid, stopSteps)
  return undefined
}

/** Its lines: process id, data folder, start time, port, and more. */
function readPidFile(data: string): LeftBehind | undefined {
  const file = join(data, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const lines = readFileSync(file, 'utf8').split('\n')
  return { pid: Number(lines[0]), port: Number(lines[3]) }
}

function isPostgresOf(pid: number, data: string): boolean {
  const line = commandLine(pid)
  return line.includes('postgres') && line.includes(data)
}

/** True when the server at `url` answers and its data is this folder's. */
async function serves(url: string, data: string): Promise<boolean> {
  try {
    return (await dataDirectoryOf(url)) === realpathSync(data)
  } catch {
    return false
  }
}

async function dataDirectoryOf(url: string): Promise<string> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: connectTimeoutMs,
    ssl: false
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query('show data_directory')
    return realpathSync(rows[0].data_directory)
  } finally {
    await client.end()
  }
}

// --- a new one ----------------------------------------------------------------------------------------------------

/** Makes the data folder under another name first: one that was half made is never taken for a good one. */
function initialise({ data, binaries, way }: Plan): void {
  if (existsSync(data)) {
    giveTo(data, way)
    return
  }
  const unfinished = `${data}.unfinished`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  giveTo(unfinished, way)
  const flags = ['-U', user, '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync', '--no-instructions']
  const [command, ...args] = [...way.prefix, binaries.initdb, '-D', unfinished, ...flags]
  const { uid, gid } = way
  const ids = uid === undefined ? {} : { uid, gid }
  const result = spawnSync(command!, args, { ...ids, cwd: '/', env: serverEnvironment(), encoding: 'utf8' })
  if (result.status !== 0) {
    const reason = result.error?.message ?? lastLines(result.stderr)
    throw new EmbeddedServerError(`The Postgres data folder could not be made: ${reason}.`, remedy)
  }
  renameSync(unfinished, data)
}

async function start(plan: Plan): Promise<EmbeddedServer> {
  const giveUpAt = performance.now() + orphansTimeoutMs
  for (;;) {
    const port = await choosePort(plan.dir, plan.options.port)
    rememberPort(plan.dir, port)
    const server = await spawnPostgres(plan, port)
    const url = urlOf(port)
    await waitUntil(async () => !server.running() || (await serves(url, plan.data)), readyTimeoutMs)
    if (server.running() && (await serves(url, plan.data))) {
      return running(server.pid, port, false)
    }
    await stopProcess(server.pid, stopSteps)
    const log = server.log()
    if (!isPassing(log) || performance.now() > giveUpAt) {
      throw new EmbeddedServerError(`Postgres did not start: ${lastLines(log)} (${plan.logFile}).`, remedy)
    }
    await sleep(orphansPollMs)
  }
}

/** What another attempt mends: sub-processes of a killed server are still ending, or somebody took the port. */
function isPassing(log: string): boolean {
  return /still in use|could not create any TCP\/IP sockets/.test(log)
}

function spawnPostgres(
  { data, logFile, binaries, way, options }: Plan,
  port: number
): Promise<ServerProcess> {
  const flags = ['-D', data, '-p', String(port), '-k', '', '-c', 'listen_addresses=127.0.0.1']
  if (options.fast) flags.push(...fastFlags)
  const [command, ...args] = [...way.prefix, binaries.postgres, ...flags]
  return spawnServer({
    command: command!,
    args,
    env: serverEnvironment(),
    uid: way.uid,
    gid: way.gid,
    logFile,
    detached: options.detached ?? true
  })
}

function running(pid: number, port: number, reused: boolean): EmbeddedServer {
  return { url: urlOf(port), port, pid, reused, stop: () => stopProcess(pid, stopSteps) }
}

function urlOf(port: number): string {
  return `postgresql://${user}@127.0.0.1:${port}/postgres`
}
