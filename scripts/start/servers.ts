import { assertDatabaseReachable, DatabaseUnreachableError } from '@parley/database'
import { type EmbeddedServer, isAlive } from '@parley/embedded'
import { Redis } from 'ioredis'
import { StartError } from './start-error.js'

const reachTimeoutMs = 4_000
const watchIntervalMs = 500

/** Throws a `StartError` with the remedy when the database of `DATABASE_URL` cannot be used. */
export async function checkDatabase(url: string): Promise<void> {
  try {
    await assertDatabaseReachable(url, reachTimeoutMs)
  } catch (error) {
    if (!(error instanceof DatabaseUnreachableError)) throw error
    throw new StartError(`${error.message}; correct DATABASE_URL, or unset it to run an embedded Postgres.`)
  }
}

/** Throws a `StartError` with the remedy when the Redis of `REDIS_URL` cannot be used. */
export async function checkRedis(url: string): Promise<void> {
  const remedy = 'correct REDIS_URL, or unset it to run a local Redis'
  if (!URL.canParse(url) || !/^rediss?:$/.test(new URL(url).protocol)) {
    throw new StartError(`REDIS_URL is not a redis:// URL; ${remedy}.`)
  }
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    connectTimeout: reachTimeoutMs,
    commandTimeout: reachTimeoutMs
  })
  let reason = ''
  client.on('error', (error: NodeJS.ErrnoException) => {
    reason = error.message || error.code || ''
  })
  try {
    await client.connect()
    await client.ping()
  } catch (error) {
    const { host } = new URL(url)
    throw new StartError(
      `Redis at ${host} does not answer (${reason || (error as Error).message}); ${remedy}.`
    )
  } finally {
    client.disconnect()
  }
}

/** An embedded server that is started again, at the same port, when it dies. */
export class WatchedServer {
  readonly #name: string
  readonly #start: (port?: number) => Promise<EmbeddedServer>
  #starting: Promise<EmbeddedServer> | undefined
  #server: EmbeddedServer | undefined
  #timer: NodeJS.Timeout | undefined
  #stopping = false

  constructor(name: string, start: (port?: number) => Promise<EmbeddedServer>) {
    this.#name = name
    this.#start = start
  }

  async start(): Promise<EmbeddedServer> {
    this.#starting = this.#start()
    this.#server = await this.#starting
    if (!this.#stopping) this.#timer = setTimeout(() => this.#watch(), watchIntervalMs)
    return this.#server
  }

  async stop(): Promise<void> {
    this.#stopping = true
    clearTimeout(this.#timer)
    // One that is just starting must not stay behind; whether it fails is not for here.
    await Promise.allSettled([this.#starting])
    await this.#server?.stop()
  }

  async #watch(): Promise<void> {
    if (!isAlive(this.#server!.pid)) await this.#revive()
    if (!this.#stopping) this.#timer = setTimeout(() => this.#watch(), watchIntervalMs)
  }

  async #revive(): Promise<void> {
    try {
      this.#starting = this.#start(this.#server!.port)
      this.#server = await this.#starting
      console.error(`${this.#name} had died and was started again.`)
    } catch (error) {
      console.error(`${this.#name} died and could not be started again yet: ${(error as Error).message}`)
    }
  }
}
