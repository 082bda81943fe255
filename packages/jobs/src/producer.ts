import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { type JobsLogger, producerConnection } from './redis.js'
import { idOf, type ReplyJob, replyQueueName } from './reply-job.js'

const batchMax = 500
const retryAfterMs = 500
const msPerSecond = 1000
/** A finished job is remembered this much longer than its reply may wait, so that a repeat is recognised. */
const rememberedExtraS = 3_600
/** Dead letters stay for a week, and not more than this many in the whole queue. */
const deadLetterAgeS = 604_800
const deadLetterCount = 1_000_000

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
  readonly queue: Queue<ReplyJob>
  readonly #options: ProducerOptions
  #buffer: ReplyJob[] = []
  #adding = false
  #scheduled = false
  #stopped = false
  #retry: NodeJS.Timeout | undefined

  constructor(options: ProducerOptions) {
    this.#options = options
    this.redis = producerConnection(options.redisUrl, options.logger)
    this.queue = new Queue<ReplyJob>(replyQueueName, {
      connection: this.redis,
      skipWaitingForReady: true,
      skipVersionCheck: true
    })
    this.queue.on('error', (error) => this.#warn(error))
    this.redis.on('ready', () => this.#schedule())
  }

  get ready(): boolean {
    return this.redis.status === 'ready'
  }

  /** False when the buffer is full: the job is not taken. */
  push(job: ReplyJob): boolean {
    if (this.#buffer.length >= this.#options.bufferedJobsMax) return false
    this.#buffer.push(job)
    this.#schedule()
    return true
  }

  /** Writes what is left when Redis is there, and closes. What cannot be written is lost; the log says how much. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    await this.#flush()
    if (this.#buffer.length > 0) {
      this.#options.logger.error({ replies: this.#buffer.length }, 'replies were lost: Redis is away')
    }
    await this.queue.close()
    this.redis.disconnect()
  }

  #schedule(): void {
    if (this.#scheduled || this.#adding || this.#buffer.length === 0 || !this.ready) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      void this.#flush()
    })
  }

  async #flush(): Promise<void> {
    if (this.#adding) return
    this.#adding = true
    try {
      while (this.#buffer.length > 0 && this.ready) {
        const batch = this.#buffer.slice(0, batchMax)
        await this.queue.addBulk(batch.map(toBulk))
        this.#buffer.splice(0, batch.length)
        this.#options.onAdded(batch)
      }
    } catch (error) {
      // The batch stays in the buffer. Adding it again is harmless where it did arrive: the ids are the same.
      this.#warn(error as Error)
      if (!this.#stopped) this.#retry = setTimeout(() => this.#schedule(), retryAfterMs)
    } finally {
      this.#adding = false
    }
  }

  #warn(error: Error): void {
    if (!this.#stopped)
      this.#options.logger.warn({ error: error.message }, 'the reply queue cannot be written')
  }
}

function toBulk(job: ReplyJob) {
  const { attempts, firstDelayMs, maxAgeMs } = job.retry
  return {
    name: replyQueueName,
    data: job,
    opts: {
      jobId: idOf(job),
      delay: firstDelayMs,
      attempts,
      backoff: { type: 'custom' },
      removeOnComplete: { age: Math.ceil(maxAgeMs / msPerSecond) + rememberedExtraS },
      removeOnFail: { age: deadLetterAgeS, count: deadLetterCount }
    }
  }
}
