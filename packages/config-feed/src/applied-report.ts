import type { Version } from '@parley/contracts'
import type { Redis } from 'ioredis'
import type { FeedLogger } from './feed-logger.js'
import { keys } from './keys.js'
import { formatVersion } from './notice.js'
import { renewLease } from './scripts.js'

/** How long a node counts as live after its last word. */
export const leaseMs = 30_000
/** Much shorter than the lease: an emptied Redis hears soon again what every node runs. */
export const leaseRenewalMs = 2_000

/** Tells Redis that this node lives, and which version of each instance it runs. */
export class AppliedReport {
  readonly #applied = new Map<string, string>()
  readonly #redis: Redis
  readonly #nodeName: string
  readonly #logger: FeedLogger
  #timer: NodeJS.Timeout | undefined

  constructor(redis: Redis, nodeName: string, logger: FeedLogger) {
    this.#redis = redis
    this.#nodeName = nodeName
    this.#logger = logger
  }

  start(): void {
    this.#timer = setInterval(() => this.#attempt(() => this.#renew()), leaseRenewalMs)
  }

  /** Stops renewing and gives the lease back, so that a stopped node is not waited for. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#attempt(async () => {
      await this.#redis.zrem(keys.nodes, this.#nodeName)
      await this.#redis.del(keys.applied(this.#nodeName))
    })
  }

  /** This node runs the instance at this version from now on. */
  note(instanceId: string, version: Version): void {
    const text = formatVersion(version)
    this.#applied.set(instanceId, text)
    void this.#attempt(async () => {
      const key = keys.applied(this.#nodeName)
      await this.#redis.multi().hset(key, instanceId, text).pexpire(key, leaseMs).exec()
    })
  }

  /** Reports everything anew: after a reconnect, when nobody knows what the Redis behind it still holds. */
  async reportAll(): Promise<void> {
    await this.#attempt(async () => {
      await this.#redis.eval(renewLease, 1, keys.nodes, this.#nodeName, leaseMs)
      await this.#rewrite()
    })
  }

  async #renew(): Promise<void> {
    const key = keys.applied(this.#nodeName)
    await this.#redis.eval(renewLease, 1, keys.nodes, this.#nodeName, leaseMs)
    await this.#redis.pexpire(key, leaseMs)
    // Compared by size, not by mere existence: after a flush, one new note brings the key back with one field.
    if ((await this.#redis.hlen(key)) !== this.#applied.size) await this.#rewrite()
  }

  async #rewrite(): Promise<void> {
    const key = keys.applied(this.#nodeName)
    const transaction = this.#redis.multi().del(key)
    if (this.#applied.size > 0) transaction.hset(key, Object.fromEntries(this.#applied)).pexpire(key, leaseMs)
    await transaction.exec()
  }

  /** A report that fails is not lost: the next renewal, or the next reconnect, says it again. */
  async #attempt(report: () => Promise<void>): Promise<void> {
    if (this.#redis.status !== 'ready') return
    try {
      await report()
    } catch (error) {
      this.#logger.warn({ error: (error as Error).message }, 'Could not report applied revisions')
    }
  }
}
