import { type InstanceSnapshot, isNewer, type Version } from '@parley/contracts'
import type { Redis } from 'ioredis'
import { AppliedReport } from './applied-report.js'
import { DiskCache } from './disk-cache.js'
import type { FeedLogger } from './feed-logger.js'
import { keys } from './keys.js'
import { parseNotice } from './notice.js'
import { oneAtATime } from './one-at-a-time.js'
import { eachAtOnce, listInstanceIds, readStoredSnapshot, readVersions } from './stored-snapshots.js'

/** How often everything is compared, so that a lost notice is a delay and never a divergence. */
export const fullSyncMs = 30_000
/** Pause after a sync that failed although Redis is connected. */
const syncRetryMs = 500

export interface ConfigFollowerOptions {
  /** For commands; must fail at once while Redis is away, as the clients of `connectRedis` do. */
  redis: Redis
  /** Makes the connection that listens for notices; the follower closes it. */
  createSubscriber: () => Redis
  nodeName: string
  cacheDir: string
  /** Called for every snapshot that is newer than the one before; when it returns, the snapshot counts as applied. */
  onSnapshot: (snapshot: InstanceSnapshot) => void
  logger: FeedLogger
  fullSyncIntervalMs?: number
}

/** How the follower fares, for metrics and readiness. */
export interface FollowerStatus {
  /** When Redis was last compared in full (epoch ms); undefined: not since the start. */
  syncedAt: number | undefined
  instances: number
  /** Snapshots that were not valid, or that `onSnapshot` threw on. */
  refused: number
}

/** The reader's end: keeps a node at the newest snapshot of every instance, from disk and from Redis. */
export class ConfigFollower {
  readonly #options: ConfigFollowerOptions
  readonly #disk: DiskCache
  readonly #report: AppliedReport
  readonly #snapshots = new Map<string, InstanceSnapshot>()
  readonly #requestSync = oneAtATime(() => this.#sync())
  #subscriber: Redis | undefined
  #syncTimer: NodeJS.Timeout | undefined
  #retryTimer: NodeJS.Timeout | undefined
  #stopped = false
  #syncedAt: number | undefined
  #refused = 0

  constructor(options: ConfigFollowerOptions) {
    this.#options = options
    this.#disk = new DiskCache(options.cacheDir, options.logger)
    this.#report = new AppliedReport(options.redis, options.nodeName, options.logger)
  }

  /** Applies what is on disk and resolves; Redis is followed from then on, whenever it can be reached. */
  async start(): Promise<void> {
    for (const snapshot of await this.#disk.load()) this.#apply(snapshot)
    const { redis, fullSyncIntervalMs = fullSyncMs } = this.#options
    redis.on('ready', this.#onCommandsReady)
    this.#subscriber = this.#options.createSubscriber()
    this.#subscriber.on('ready', this.#onSubscriberReady)
    this.#subscriber.on('message', this.#onNotice)
    this.#subscriber.on('error', this.#onSubscriberError)
    this.#syncTimer = setInterval(() => this.#fullSync(), fullSyncIntervalMs)
    this.#report.start()
    if (redis.status === 'ready') this.#onCommandsReady()
    if (this.#subscriber.status === 'ready') this.#onSubscriberReady()
  }

  /** Stops following and gives the lease back. The command client stays open: it is the caller's. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#syncTimer)
    clearTimeout(this.#retryTimer)
    this.#options.redis.off('ready', this.#onCommandsReady)
    this.#subscriber?.disconnect()
    await this.#report.stop()
    await this.#disk.flush()
  }

  /** What this node runs of an instance; a deleted one is there as its tombstone. */
  snapshot(instanceId: string): InstanceSnapshot | undefined {
    return this.#snapshots.get(instanceId)
  }

  status(): FollowerStatus {
    return { syncedAt: this.#syncedAt, instances: this.#snapshots.size, refused: this.#refused }
  }

  readonly #onCommandsReady = (): void => {
    void this.#report.reportAll()
    void this.#requestSync()
  }

  /** Subscribe first, compare second: a change between the two is in the comparison. */
  readonly #onSubscriberReady = (): void => {
    this.#subscriber?.subscribe(keys.notices).then(
      () => this.#requestSync(),
      (error) => this.#reconnectSubscriber(error)
    )
  }

  readonly #onSubscriberError = (error: Error): void => {
    // Logged by whoever made the client; without any listener it would end the process.
    if (this.#stopped) this.#options.logger.info({ error: error.message }, 'Redis error after the stop')
  }

  readonly #onNotice = (_channel: string, text: string): void => {
    const notice = parseNotice(text)
    if (notice && this.#wants(notice.instanceId, notice))
      void this.#guarded(() => this.#read(notice.instanceId))
  }

  #fullSync(): void {
    void this.#requestSync()
    // A subscriber never sends by itself, so a connection that died silently shows only when it is asked.
    if (this.#subscriber?.status !== 'ready') return
    this.#subscriber.ping().catch((error) => this.#reconnectSubscriber(error))
  }

  #reconnectSubscriber(error: Error): void {
    if (this.#stopped) return
    this.#options.logger.warn({ error: error.message }, 'The connection for change notices is made anew')
    this.#subscriber?.disconnect(true)
  }

  async #sync(): Promise<void> {
    await this.#guarded(async () => {
      const { redis } = this.#options
      const versions = await readVersions(redis, await listInstanceIds(redis))
      const newer = [...versions.keys()].filter((id) => this.#wants(id, versions.get(id)!))
      await eachAtOnce(newer, (instanceId) => this.#read(instanceId))
      this.#syncedAt = Date.now()
    })
  }

  /** Reading fails when Redis goes away under it. Being connected again asks for a sync; if it still is, ask here. */
  async #guarded(read: () => Promise<void>): Promise<void> {
    if (this.#stopped || this.#options.redis.status !== 'ready') return
    try {
      await read()
    } catch (error) {
      if (this.#stopped) return
      this.#options.logger.warn({ error: (error as Error).message }, 'Could not read snapshots from Redis')
      clearTimeout(this.#retryTimer)
      this.#retryTimer = setTimeout(() => this.#requestSync(), syncRetryMs)
    }
  }

  #wants(instanceId: string, version: Version): boolean {
    const held = this.#snapshots.get(instanceId)
    return held === undefined || isNewer(version, held)
  }

  async #read(instanceId: string): Promise<void> {
    const reading = await readStoredSnapshot(this.#options.redis, instanceId)
    if (reading === undefined || this.#stopped) return
    if ('problem' in reading) this.#refuse(instanceId, reading.problem)
    else if (this.#apply(reading.snapshot)) this.#disk.save(reading.snapshot)
  }

  /** True when the snapshot runs now. One that is refused is tried again at the next full sync. */
  #apply(snapshot: InstanceSnapshot): boolean {
    const { instanceId } = snapshot
    if (!this.#wants(instanceId, snapshot)) return false
    try {
      this.#options.onSnapshot(snapshot)
    } catch (error) {
      this.#refuse(instanceId, (error as Error).message)
      return false
    }
    this.#snapshots.set(instanceId, snapshot)
    this.#report.note(instanceId, snapshot)
    return true
  }

  #refuse(instanceId: string, problem: string): void {
    this.#refused += 1
    this.#options.logger.error({ instanceId, problem }, 'A snapshot is not valid and is not applied')
  }
}
