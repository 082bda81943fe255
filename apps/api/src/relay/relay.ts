import { isIndexMissing } from '@parley/config-feed'
import type { Database } from '@parley/database'
import type { FastifyBaseLogger } from 'fastify'
import type { Redis } from 'ioredis'
import { relayEach } from './relay-instance.js'
import { repair } from './repair.js'

/** Looks for changes that another replica, or an earlier life of this one, has left. */
const pollIntervalMs = 1_000
const repairIntervalMs = 60_000
const batchMax = 200
/** Relayed entries are kept this long, for whoever looks into a delay. */
const relayedKeptMs = 24 * 60 * 60 * 1000

export interface RelayOptions {
  db: Database
  redis: Redis
  log: FastifyBaseLogger
  repairIntervalMs?: number
}

/**
 * Carries changes from Postgres to Redis: takes outbox entries, writes the snapshot if it is newer, publishes the notice.
 * Every step can be repeated and write-if-newer decides, so that several replicas may do the same at once.
 */
export class Relay {
  readonly #options: RelayOptions
  #timers: NodeJS.Timeout[] = []
  #running: Promise<void> | undefined
  #again = false
  #stopped = false
  readonly #onRedisReady = (): void => {
    void this.#repair()
    void this.wake()
  }

  constructor(options: RelayOptions) {
    this.#options = options
  }

  start(): void {
    const { redis } = this.#options
    this.#timers = [
      setInterval(() => this.#poll(), pollIntervalMs),
      setInterval(() => void this.#repair(), this.#options.repairIntervalMs ?? repairIntervalMs)
    ]
    redis.on('ready', this.#onRedisReady)
    if (redis.status === 'ready') this.#onRedisReady()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const timer of this.#timers) clearInterval(timer)
    this.#options.redis.off('ready', this.#onRedisReady)
    await this.#running
  }

  /** Relays what is there; called after each commit. Resolves when everything committed before is relayed, or failed. */
  wake(): Promise<void> {
    this.#again = true
    this.#running ??= this.#drain()
    return this.#running
  }

  /** Whether the change that made this revision has reached Redis within `timeoutMs`. */
  async relayed(instanceId: string, revision: number, timeoutMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeoutMs)
    })
    await Promise.race([this.wake(), late])
    clearTimeout(timer)
    const waiting = await this.#options.db.outboxEntry.count({
      where: { instanceId, revision: { lte: revision }, relayedAt: null }
    })
    return waiting === 0
  }

  /** Once a second: what others left in the outbox, and whether Redis was emptied since. */
  #poll(): void {
    void this.wake()
    void this.#guarded('Redis could not be asked for its index', async () => {
      if (await isIndexMissing(this.#options.redis)) await this.#repair()
    })
  }

  async #drain(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      await this.#guarded('changes could not be relayed', () => this.#relayOutbox())
    }
    // In the same turn as the last look at `again`: a change that comes now starts the next run.
    this.#running = undefined
  }

  async #relayOutbox(): Promise<void> {
    const { db, redis, log } = this.#options
    for (;;) {
      const entries = await db.outboxEntry.findMany({
        where: { relayedAt: null },
        orderBy: { id: 'asc' },
        take: batchMax
      })
      if (entries.length === 0) return
      const failed = await relayEach(db, redis, log, new Set(entries.map((entry) => entry.instanceId)))
      await db.outboxEntry.updateMany({
        where: { id: { in: entries.filter((entry) => !failed.has(entry.instanceId)).map(({ id }) => id) } },
        data: { relayedAt: new Date() }
      })
      // What failed is tried again by the timer, not in a tight loop.
      if (failed.size > 0) return
    }
  }

  async #repair(): Promise<void> {
    const { db, redis, log } = this.#options
    await this.#guarded('Redis could not be compared with Postgres', async () => {
      await repair(db, redis, log)
      await db.outboxEntry.deleteMany({ where: { relayedAt: { lt: new Date(Date.now() - relayedKeptMs) } } })
    })
  }

  /** What fails stays in the outbox, or is found by the next comparison: it is tried again by the timers. */
  async #guarded(failure: string, task: () => Promise<void>): Promise<void> {
    if (this.#stopped || this.#options.redis.status !== 'ready') return
    try {
      await task()
    } catch (error) {
      if (!this.#stopped) this.#options.log.warn({ error: (error as Error).message }, failure)
    }
  }
}
