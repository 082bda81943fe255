import { Attempts } from './attempts.js'
import { NoteKeeper } from './note-keeper.js'
import { Producer } from './producer.js'
import { Promoter } from './promoter.js'
import type { JobsLogger } from './redis.js'
import { type AttemptOutcome, idOf, isPause, type ReplyJob } from './reply-job.js'
import { type TopicMatcher, WaitingIndex, type WaitingReply } from './waiting-index.js'
import { checkWaiting, readWaiting, type WaitingReaderOptions } from './waiting-reader.js'
import { ReplyWorker } from './worker.js'

const bufferedJobsMaxDefault = 10_000
const waitingPerInstanceMaxDefault = 10_000
const concurrencyDefault = 50
const indexCheckMsDefault = 30_000
const checksPerPeriod = 3

export type ReplyQueueEvent =
  | 'queued'
  | 'buffered'
  | 'buffer_overflow'
  | 'over_cap'
  | 'promoted'
  | 'published'
  | 'retried'
  | 'expired'
  | 'gone'
  | 'not_allowed'
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
  /** A waiting reply that nothing was heard of for this long is looked up in Redis. */
  indexCheckMs?: number
}

/** Replies that could not be published at once: kept in Redis, tried again by the node that made them. */
export class ReplyQueue {
  readonly #options: ReplyQueueOptions
  readonly #waiting = new WaitingIndex()
  readonly #attempts = new Attempts()
  readonly #producer: Producer
  readonly #notes: NoteKeeper
  readonly #promoter: Promoter
  readonly #reader: WaitingReaderOptions
  #worker: ReplyWorker | undefined
  #checks: NodeJS.Timeout | undefined
  #reading: Promise<void> | undefined
  #stopped = false

  constructor(options: ReplyQueueOptions) {
    const { redisUrl, node, isNodeAlive, onEvent, logger, bufferedJobsMax = bufferedJobsMaxDefault } = options
    this.#options = options
    const index = this.#waiting
    this.#producer = new Producer({
      redisUrl,
      bufferedJobsMax,
      logger,
      onAdded: (jobs) => this.#onAdded(jobs)
    })
    const { queue, redis } = this.#producer
    this.#notes = new NoteKeeper(redis, logger)
    this.#promoter = new Promoter({
      index,
      queue,
      redis,
      node,
      logger,
      attempt: (id, job) => this.#tryOnce(id, job),
      ready: () => this.#producer.ready,
      onPromoted: (instanceId) => onEvent('promoted', instanceId)
    })
    this.#reader = {
      index,
      queue,
      node,
      isNodeAlive,
      onRead: (jobs) => this.#notes.waiting(jobs),
      onDelayed: (entry) => this.#delayed(entry)
    }
  }

  /** Resolves at once, also without Redis: work begins when Redis can be reached. */
  async start(): Promise<void> {
    const { redisUrl, node, concurrency = concurrencyDefault, logger, isNodeAlive, onEvent } = this.#options
    this.#worker = new ReplyWorker({
      redisUrl,
      node,
      concurrency,
      logger,
      isNodeAlive,
      attempt: (id, job) => this.#tryOnce(id, job),
      onHandedBack: (job) => onEvent('handed_back', job.instanceId),
      onCompleted: (id, job) => this.#onCompleted(id, job),
      onRetried: (id, job) => this.#onRetried(id, job),
      onGivingUp: (id, job) => this.#notes.givingUp(id, job),
      onDead: (id, job, error) => this.#onDead(id, job, error)
    })
    this.#producer.redis.on('ready', () => this.#read())
    if (this.#producer.ready) this.#read()
    const { indexCheckMs = indexCheckMsDefault } = this.#options
    this.#checks = setInterval(() => this.#check(indexCheckMs), indexCheckMs / checksPerPeriod)
    this.#checks.unref()
  }

  /**
   * Takes a reply. Never waits and never throws; 'dropped' when the bounds of memory or instance are reached. `onStored` is
   * called when the job is in Redis, or was there already.
   */
  enqueue(job: ReplyJob, onStored?: () => void): 'queued' | 'buffered' | 'dropped' {
    const { waitingPerInstanceMax = waitingPerInstanceMaxDefault, onEvent } = this.#options
    const taken = this.#producer.ready ? 'queued' : 'buffered'
    const id = idOf(job)
    if (this.#waiting.get(id)) {
      // Added once more only to hear when it is there: the id is the same.
      if (onStored) this.#producer.push(job, onStored)
      return taken
    }
    if (this.#waiting.count(job.instanceId) >= waitingPerInstanceMax) {
      onEvent('over_cap', job.instanceId)
      return 'dropped'
    }
    if (!this.#producer.push(job, onStored)) {
      onEvent('buffer_overflow', job.instanceId)
      return 'dropped'
    }
    this.#waiting.add(id, job, 'adding', Date.now())
    onEvent(taken, job.instanceId)
    return taken
  }

  /**
   * A client of this node subscribed to `topicFilter`: what waits there is tried at once. To be called when a publish already
   * finds the subscription.
   */
  promote(instanceId: string, topicFilter: string, matches: TopicMatcher): void {
    this.#promoter.subscribed(instanceId, topicFilter, matches)
  }

  /** Replies of this instance that wait on this node. */
  waiting(instanceId: string): number {
    return this.#waiting.count(instanceId)
  }

  /** Lets running attempts finish, for a bounded time, and writes what is still in the buffer. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearInterval(this.#checks)
    await this.#worker?.stop()
    await this.#producer.stop()
  }

  #onAdded(jobs: readonly ReplyJob[]): void {
    this.#notes.waiting(jobs)
    for (const job of jobs) {
      const entry = this.#waiting.get(idOf(job))
      // A short first delay may be over before the answer to the adding is here: then it runs already.
      if (entry?.state === 'adding') this.#delayed(entry)
    }
  }

  #delayed(entry: WaitingReply): void {
    entry.state = 'delayed'
    entry.seenAtMs = Date.now()
    this.#promoter.proceed(entry)
  }

  #tryOnce(id: string, job: ReplyJob): Promise<AttemptOutcome> {
    return this.#attempts.run(id, () => this.#attempt(id, job))
  }

  /** Tries, and tries once more for every SUBSCRIBE that comes while it does. */
  async #attempt(id: string, job: ReplyJob): Promise<AttemptOutcome> {
    const entry = this.#running(id, job)
    for (;;) {
      entry.wanted = false
      const outcome = await this.#options.attempt(job)
      if (outcome === 'nobody_waits' && entry.wanted) continue
      if (outcome === 'not_allowed') this.#options.onEvent(outcome, job.instanceId)
      if (isPause(outcome)) return outcome
      this.#waiting.remove(id)
      this.#options.onEvent(outcome, job.instanceId)
      return outcome
    }
  }

  #running(id: string, job: ReplyJob): WaitingReply {
    // A job that is not in the index was taken over, or left by a run of before: there may be more where it comes from.
    if (!this.#waiting.get(id)) this.#promoter.indexIncomplete()
    const entry = this.#waiting.add(id, job, 'active', Date.now())
    entry.state = 'active'
    entry.node = this.#options.node
    entry.seenAtMs = Date.now()
    return entry
  }

  #onRetried(id: string, job: ReplyJob): void {
    this.#options.onEvent('retried', job.instanceId)
    this.#notes.waiting([job])
    const entry = this.#waiting.get(id)
    if (entry) this.#delayed(entry)
  }

  #onCompleted(id: string, job: ReplyJob): void {
    this.#attempts.confirm(id)
    this.#notes.ended(id, job)
  }

  #onDead(id: string, job: ReplyJob, error: Error): void {
    const { instanceId } = job
    const { onEvent, logger } = this.#options
    this.#waiting.remove(id)
    this.#notes.dead(id, job)
    onEvent('dead_letter', instanceId)
    logger.warn({ instanceId, jobId: id, error: error.message }, 'a reply became a dead letter')
  }

  /** One reading at a time; what becomes ours while it runs is found when it is due. */
  #read(): void {
    this.#promoter.indexIncomplete()
    this.#reading ??= this.#readAll().finally(() => {
      this.#reading = undefined
    })
  }

  async #readAll(): Promise<void> {
    try {
      await readWaiting(this.#reader)
      this.#promoter.indexComplete()
    } catch (error) {
      this.#report(error as Error, 'the replies that wait could not be read')
    }
  }

  #check(indexCheckMs: number): void {
    if (!this.#producer.ready) return
    if (!this.#promoter.complete) this.#read()
    checkWaiting(this.#reader, Date.now() - indexCheckMs).catch((error: Error) => {
      this.#report(error, 'the replies that wait could not be checked')
    })
  }

  #report(error: Error, message: string): void {
    if (!this.#stopped) this.#options.logger.warn({ error: error.message }, message)
  }
}
