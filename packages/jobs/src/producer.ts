import { type BulkJobOptions, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { deadLetterAgeS } from './job-notes.js'
import { type JobsLogger, producerConnection } from './redis.js'
import { idOf, type ReplyJob, replyQueueName, type StoredReply } from './reply-job.js'
import { within } from './within.js'

const batchMax = 500
const retryAfterMs = 500
const stopTimeoutMs = 2_000
const msPerSecond = 1000
/** A finished job is remembered this much longer than its reply may wait, so that a repeat is recognised. */
const rememberedExtraS = 3_600
/** Dead letters of the whole queue; the oldest leave first. */
const deadLetterCount = 1_000_000
/** Of what failed, the last time is enough: the job is read and written as a whole. */
const stackTracesKept = 1

export interface ProducerOptions {
  redisUrl: string
  bufferedJobsMax: number
  logger: JobsLogger
  /** The jobs are in Redis now, each under its id. */
  onAdded(jobs: readonly ReplyJob[]): void
}

/**
 * Puts jobs into Redis, many in one go, once per turn of the event loop. While Redis is away they wait in a bounded buffer,
 * in order; `push` never waits and never throws.
 */
export class Producer {
  readonly redis: Redis
  readonly queue: Queue<StoredReply>
  readonly #options: ProducerOptions
  #buffer: { job: ReplyJob; onStored: (() => void) | undefined }[] = []
  #flushing: Promise<void> | undefined
  #scheduled = false
  #stopped = false
  #failing = false
  #retry: NodeJS.Timeout | undefined

  constructor(options: ProducerOptions) {
    this.#options = options
    this.redis = producerConnection(options.redisUrl, options.logger)
    this.queue = new Queue<StoredReply>(replyQueueName, {
      connection: this.redis,
      skipWaitingForReady: true,
      skipVersionCheck: true
    })
    // Repeats what the connection reports by itself, and what the caller of a command gets.
    this.queue.on('error', () => undefined)
    this.redis.on('ready', () => this.#schedule())
  }

  get ready(): boolean {
    return this.redis.status === 'ready'
  }

  /** False when the buffer is full: the job is not taken. */
  push(job: ReplyJob, onStored?: () => void): boolean {
    if (this.#buffer.length >= this.#options.bufferedJobsMax) return false
    this.#buffer.push({ job, onStored })
    this.#schedule()
    return true
  }

  /** Writes what is left when Redis is there, and closes. What cannot be written is lost; the log says how much. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    await within(stopTimeoutMs, this.#flush())
    if (this.#buffer.length > 0) {
      this.#options.logger.error({ replies: this.#buffer.length }, 'replies were lost: Redis is away')
    }
    await within(stopTimeoutMs, this.queue.close())
    this.redis.disconnect()
  }

  #schedule(): void {
    if (this.#scheduled || this.#flushing || this.#buffer.length === 0 || !this.ready) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      void this.#flush()
    })
  }

  /** One at a time, so that the order is kept: who comes later waits for the one that runs. */
  #flush(): Promise<void> {
    this.#flushing ??= this.#writeAll().finally(() => {
      this.#flushing = undefined
    })
    return this.#flushing
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#buffer.length > 0 && this.ready) {
        const batch = this.#buffer.slice(0, batchMax)
        await this.queue.addBulk(batch.map(({ job }) => toBulk(job)))
        this.#failing = false
        this.#buffer.splice(0, batch.length)
        this.#options.onAdded(batch.map(({ job }) => job))
        for (const { onStored } of batch) onStored?.()
      }
    } catch (error) {
      // The batch stays in the buffer. Adding it again is harmless where it did arrive: the ids are the same.
      this.#onFailure(error as Error)
    }
  }

  #onFailure(error: Error): void {
    if (this.#stopped) return
    if (this.ready && !this.#failing) {
      this.#options.logger.warn({ error: error.message }, 'the reply queue cannot be written')
      this.#failing = true
    }
    this.#retry = setTimeout(() => this.#schedule(), retryAfterMs)
  }
}

function toBulk(job: ReplyJob): { name: string; data: ReplyJob; opts: BulkJobOptions } {
  const { attempts, firstDelayMs, maxAgeMs } = job.retry
  return {
    name: replyQueueName,
    data: job,
    opts: {
      jobId: idOf(job),
      delay: firstDelayMs,
      attempts,
      backoff: { type: 'custom' },
      stackTraceLimit: stackTracesKept,
      removeOnComplete: { age: Math.ceil(maxAgeMs / msPerSecond) + rememberedExtraS },
      removeOnFail: { age: deadLetterAgeS, count: deadLetterCount }
    }
  }
}
