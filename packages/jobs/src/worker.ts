import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq'
import { backoffMs } from './backoff.js'
import { type JobsLogger, type WorkerConnection, workerConnection } from './redis.js'
import {
  type AttemptOutcome,
  isPause,
  type ReplyJob,
  replyQueueName,
  type StoredReply,
  whyItWaits
} from './reply-job.js'
import { within } from './within.js'

/** A worker that does not renew its lock in this time is taken for dead. */
const lockDurationMs = 5_000
const stalledIntervalMs = 5_000
const stalledCountMax = 10
/** After a connection was lost in the middle of a command. BullMQ's own 15 s are longer than a requester waits. */
const runRetryDelayMs = 500
/** A job of another live node is handed back for this long, and up to as much again. */
const handBackMs = 50
const stopTimeoutMs = 3_000

export interface ReplyWorkerOptions {
  redisUrl: string
  node: string
  concurrency: number
  logger: JobsLogger
  isNodeAlive(node: string): boolean | Promise<boolean>
  /** One attempt. Its job belongs to this node now. */
  attempt(id: string, job: ReplyJob): Promise<AttemptOutcome>
  onHandedBack(job: ReplyJob): void
  /** Redis has the end of this job. */
  onCompleted(id: string, job: ReplyJob): void
  /** The job is delayed again in Redis. */
  onRetried(id: string, job: ReplyJob): void
  /** The last attempt failed, and Redis is about to be told. */
  onGivingUp(id: string, job: ReplyJob): Promise<void>
  /** The job is a dead letter in Redis. */
  onDead(id: string, job: ReplyJob, error: Error): void
}

/** Runs the jobs of this node, and those of nodes that are gone; hands the others back. */
export class ReplyWorker {
  readonly #options: ReplyWorkerOptions
  readonly #connection: WorkerConnection
  readonly #worker: Worker<StoredReply, AttemptOutcome>

  constructor(options: ReplyWorkerOptions) {
    this.#options = options
    this.#connection = workerConnection(options.redisUrl)
    // With its version check: BullMQ only waits for less than a second on a Redis that it knows to be able to.
    this.#worker = new Worker(replyQueueName, (job, token) => this.#process(job, token), {
      connection: this.#connection.redis,
      concurrency: options.concurrency,
      lockDuration: lockDurationMs,
      stalledInterval: stalledIntervalMs,
      maxStalledCount: stalledCountMax,
      runRetryDelay: runRetryDelayMs,
      settings: {
        backoffStrategy: (attemptsMade, _type, _error, job) => backoffMs(job!.data.retry, attemptsMade)
      }
    })
    this.#worker.on('error', (error) => this.#onError(error))
    this.#worker.on('completed', (job) => options.onCompleted(job.id!, job.data))
    this.#worker.on('failed', (job, error) => {
      if (job) this.#onFailed(job, error)
    })
  }

  /** Lets running attempts finish, for a bounded time. */
  async stop(): Promise<void> {
    await within(stopTimeoutMs, this.#worker.close())
    this.#connection.disconnect()
  }

  async #process(job: Job<StoredReply>, token: string | undefined): Promise<AttemptOutcome> {
    const { node, attempt } = this.#options
    // Its maker was done with it before the job was due: any node may end it.
    if (job.data.outcome) return job.data.outcome
    if (job.data.node !== node) {
      if (await this.#mayBeAlive(job.data.node)) return this.#handBack(job, token)
      await job.updateData({ ...job.data, node })
    }
    try {
      const outcome = await attempt(job.id!, job.data)
      if (isPause(outcome)) throw new Error(whyItWaits[outcome])
      return outcome
    } catch (error) {
      const reason = reasonToGiveUp(job, error as Error)
      if (reason === undefined) throw error
      return this.#giveUp(job, reason)
    }
  }

  /** While nobody can tell, a job stays with its maker: two nodes must not both try it. */
  async #mayBeAlive(node: string): Promise<boolean> {
    try {
      return await this.#options.isNodeAlive(node)
    } catch (error) {
      this.#options.logger.warn(
        { node, error: (error as Error).message },
        'whether a node is alive is not known'
      )
      return true
    }
  }

  async #handBack(job: Job<StoredReply>, token: string | undefined): Promise<never> {
    this.#options.onHandedBack(job.data)
    await job.moveToDelayed(Date.now() + handBackMs + Math.random() * handBackMs, token)
    throw new DelayedError()
  }

  /** Told before the job ends: a kill in between leaves a note too many, which whoever reads it sees, never one too few. */
  async #giveUp(job: Job<StoredReply>, reason: string): Promise<never> {
    try {
      await this.#options.onGivingUp(job.id!, job.data)
    } catch (error) {
      this.#options.logger.warn(
        { jobId: job.id, error: (error as Error).message },
        'a dead letter is not noted yet'
      )
    }
    throw new UnrecoverableError(reason)
  }

  /** BullMQ reports every attempt that failed; only the last one has an end. */
  #onFailed(job: Job<StoredReply>, error: Error): void {
    if (job.finishedOn === undefined) this.#options.onRetried(job.id!, job.data)
    else this.#options.onDead(job.id!, job.data, error)
  }

  #onError(error: Error): void {
    // That Redis is away is told once, by the producer's connection.
    if (this.#connection.redis.status !== 'ready') return
    this.#options.logger.warn({ error: error.message }, 'the reply worker reported an error')
  }
}

/** Undefined while the job has attempts left and is young enough for them. */
function reasonToGiveUp(job: Job<StoredReply>, error: Error): string | undefined {
  const { createdAtMs, redrivenAtMs = createdAtMs, retry } = job.data
  if (Date.now() - redrivenAtMs >= retry.maxAgeMs) return `${error.message}; older than maxAgeMs`
  return job.attemptsMade + 1 >= (job.opts.attempts ?? 1) ? error.message : undefined
}
