import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { backoffMs } from './backoff.js'
import { noteDeadLetter } from './dead-letters.js'
import { Producer } from './producer.js'
import { type JobsLogger, workerConnection } from './redis.js'
import { type AttemptOutcome, idOf, type ReplyJob, replyQueueName } from './reply-job.js'
import { WaitingIndex, type WaitingReply } from './waiting-index.js'

const bufferedJobsMaxDefault = 10_000
const waitingPerInstanceMaxDefault = 10_000
const concurrencyDefault = 50
/** A worker that does not renew its lock in this time is taken for dead. */
const lockDurationMs = 5_000
const stalledIntervalMs = 5_000
const stalledCountMax = 10
/** A job of another live node is handed back for about this long. */
const handBackMs = 50
const rebuildPage = 1_000
const rebuildJobsMax = 100_000
const stopTimeoutMs = 3_000

export type ReplyQueueEvent =
  | 'queued'
  | 'buffer_overflow'
  | 'over_cap'
  | 'promoted'
  | 'published'
  | 'retried'
  | 'expired'
  | 'gone'
  | 'dead_letter'
  | 'handed_back'

export interface ReplyQueueOptions {
  redisUrl: string
  /** The name of this node: its jobs carry it. */
  node: string
  isNodeAlive(node: string): boolean | Promise<boolean>
  /** Tries to publish the reply. A throw counts as an attempt that failed. */
  attempt(job: ReplyJob): Promise<AttemptOutcome>
  /** Counts; must not throw. */
  onEvent(event: ReplyQueueEvent, instanceId: string): void
  logger: JobsLogger
  bufferedJobsMax?: number
  waitingPerInstanceMax?: number
  concurrency?: number
}

/** Replies that could not be published at once: kept in Redis, tried again by the node that made them. */
export class ReplyQueue {
  readonly #options: ReplyQueueOptions
  readonly #waiting = new WaitingIndex()
  readonly #producer: Producer
  readonly #workerRedis: Redis
  #worker: Worker<ReplyJob, AttemptOutcome> | undefined

  constructor(options: ReplyQueueOptions) {
    this.#options = options
    this.#producer = new Producer({
      redisUrl: options.redisUrl,
      bufferedJobsMax: options.bufferedJobsMax ?? bufferedJobsMaxDefault,
      logger: options.logger,
      onAdded: (jobs) => this.#onAdded(jobs)
    })
    this.#workerRedis = workerConnection(options.redisUrl)
  }

  /** Resolves at once, also without Redis: work begins when Redis can be reached. */
  async start(): Promise<void> {
    const { concurrency = concurrencyDefault, logger } = this.#options
    // With its version check: BullMQ only waits for less than a second on a Redis that it knows to be able to.
    this.#worker = new Worker(replyQueueName, (job, token) => this.#process(job, token), {
      connection: this.#workerRedis,
      concurrency,
      lockDuration: lockDurationMs,
      stalledInterval: stalledIntervalMs,
      maxStalledCount: stalledCountMax,
      settings: {
        backoffStrategy: (attemptsMade, _type, _error, job) => backoffMs(job!.data.retry, attemptsMade)
      }
    })
    this.#worker.on('error', (error) => {
      // That Redis is away is told once, by the producer's connection.
      if (this.#producer.ready) logger.warn({ error: error.message }, 'the reply worker reported an error')
    })
    this.#worker.on('failed', (job, error) => this.#onFailed(job, error))
    this.#producer.redis.on('ready', () => this.#rebuild())
    if (this.#producer.ready) this.#rebuild()
  }

  /** Takes a reply. Never waits and never throws; 'dropped' when the bounds of memory or instance are reached. */
  enqueue(job: ReplyJob): 'queued' | 'buffered' | 'dropped' {
    const { waitingPerInstanceMax = waitingPerInstanceMaxDefault, onEvent } = this.#options
    if (this.#waiting.count(job.instanceId) >= waitingPerInstanceMax) {
      onEvent('over_cap', job.instanceId)
      return 'dropped'
    }
    const id = idOf(job)
    const known = this.#waiting.get(id) !== undefined
    if (!known && !this.#producer.push(job)) {
      onEvent('buffer_overflow', job.instanceId)
      return 'dropped'
    }
    if (!known) this.#waiting.add(id, job, 'adding')
    onEvent('queued', job.instanceId)
    return this.#producer.ready ? 'queued' : 'buffered'
  }

  /** A client of this node subscribed to `topicFilter`: what waits there is tried at once. */
  promote(
    instanceId: string,
    topicFilter: string,
    matches: (topicFilter: string, topic: string) => boolean
  ): void {
    for (const entry of this.#waiting.matching(instanceId, topicFilter, matches)) {
      entry.wanted = true
      if (entry.state === 'delayed') void this.#promote(entry)
    }
  }

  /** Replies of this instance that wait on this node. */
  waiting(instanceId: string): number {
    return this.#waiting.count(instanceId)
  }

  /** Lets running attempts finish, for a bounded time, and writes what is still in the buffer. */
  async stop(): Promise<void> {
    const closed = this.#worker?.close() ?? Promise.resolve()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, stopTimeoutMs)
    })
    await Promise.race([closed, late])
    clearTimeout(timer)
    await this.#producer.stop()
    this.#workerRedis.disconnect()
  }

  #onAdded(jobs: readonly ReplyJob[]): void {
    for (const job of jobs) {
      const entry = this.#waiting.get(idOf(job))
      if (entry?.state !== 'adding') continue
      entry.state = 'delayed'
      if (entry.wanted) void this.#promote(entry)
    }
  }

  /** Moves a delayed job to the front. When it is not delayed any more, an attempt runs: that sees `wanted`. */
  async #promote(entry: WaitingReply): Promise<void> {
    if (!this.#producer.ready) return
    try {
      const job = await this.#producer.queue.getJob(entry.id)
      if (!job) {
        this.#waiting.remove(entry.id)
        return
      }
      if (!(await job.isDelayed())) return
      await job.promote()
      this.#options.onEvent('promoted', entry.instanceId)
    } catch (error) {
      // It left the delayed set in between, or Redis went away: the attempt that follows by itself finds the subscriber.
      this.#options.logger.info(
        { error: (error as Error).message, jobId: entry.id },
        'a reply was not promoted'
      )
    }
  }

  async #process(job: Job<ReplyJob>, token: string | undefined): Promise<AttemptOutcome> {
    const { data } = job
    const { node, isNodeAlive, onEvent } = this.#options
    if (data.node !== node) {
      if (await isNodeAlive(data.node)) return this.#handBack(job, token)
      await job.updateData({ ...data, node })
    }
    const entry = this.#waiting.add(job.id!, data, 'active')
    entry.state = 'active'
    try {
      const outcome = await this.#attempt(entry, data)
      if (outcome === 'nobody_waits') throw new Error('nobody waits on the Response Topic')
      this.#waiting.remove(entry.id)
      onEvent(outcome, data.instanceId)
      return outcome
    } catch (error) {
      if (Date.now() - data.createdAtMs < data.retry.maxAgeMs) throw error
      throw new UnrecoverableError(`${(error as Error).message}; older than maxAgeMs`)
    }
  }

  /** Tries once more for every SUBSCRIBE that came while an attempt ran. */
  async #attempt(entry: WaitingReply, data: ReplyJob): Promise<AttemptOutcome> {
    for (;;) {
      entry.wanted = false
      const outcome = await this.#options.attempt(data)
      if (outcome !== 'nobody_waits' || !entry.wanted) return outcome
    }
  }

  async #handBack(job: Job<ReplyJob>, token: string | undefined): Promise<never> {
    this.#options.onEvent('handed_back', job.data.instanceId)
    await job.moveToDelayed(Date.now() + handBackMs + Math.random() * handBackMs, token)
    throw new DelayedError()
  }

  /** After the last attempt the job stays as a dead letter; before, it is delayed again. */
  #onFailed(job: Job<ReplyJob> | undefined, error: Error): void {
    if (!job) return
    const { instanceId } = job.data
    if (job.finishedOn === undefined) {
      this.#options.onEvent('retried', instanceId)
      const entry = this.#waiting.get(job.id!)
      if (!entry) return
      entry.state = 'delayed'
      if (entry.wanted) void this.#promote(entry)
      return
    }
    this.#waiting.remove(job.id!)
    this.#options.onEvent('dead_letter', instanceId)
    const { logger } = this.#options
    logger.warn({ instanceId, jobId: job.id, error: error.message }, 'a reply became a dead letter')
    noteDeadLetter(this.#producer.redis, instanceId, job.id!, Date.now()).catch((failure: Error) => {
      logger.error({ instanceId, jobId: job.id, error: failure.message }, 'a dead letter is not in the index')
    })
  }

  /** Finds the jobs that this node has to run: its own of before a restart, and those of nodes that are gone. */
  #rebuild(): void {
    this.#readDelayed().catch((error: Error) => {
      this.#options.logger.warn({ error: error.message }, 'the replies that wait could not be read')
    })
  }

  async #readDelayed(): Promise<void> {
    const { node, isNodeAlive } = this.#options
    const alive = new Map<string, boolean>([[node, false]])
    for (let from = 0; from < rebuildJobsMax; from += rebuildPage) {
      const jobs = await this.#producer.queue.getJobs(['delayed', 'wait'], from, from + rebuildPage - 1)
      for (const job of jobs) {
        if (!job?.id) continue
        const data = job.data as ReplyJob
        if (!alive.has(data.node)) alive.set(data.node, await isNodeAlive(data.node))
        if (!alive.get(data.node)) this.#waiting.add(job.id, data, 'delayed')
      }
      if (jobs.length < rebuildPage) return
    }
  }
}
