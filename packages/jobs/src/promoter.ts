import { Job, type Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { claimJob, releaseJob } from './claim.js'
import type { JobsLogger } from './redis.js'
import { type AttemptOutcome, isPause, type ReplyJob, replyQueueName, type StoredReply } from './reply-job.js'
import type { TopicMatcher, WaitingIndex, WaitingReply } from './waiting-index.js'

/** Subscriptions that are remembered until the index is complete; what is above waits for its next attempt. */
const rememberedMax = 10_000
/** Replies of one instance that are tried side by side; one instance does not wait for another. */
const sideBySideMax = 50
/** BullMQ's answer for a job that is not in the state which a command asks for. */
const notInState = -3

interface Subscribed {
  instanceId: string
  topicFilter: string
  matches: TopicMatcher
}

interface Line {
  running: number
  readonly entries: WaitingReply[]
}

export interface PromoterOptions {
  index: WaitingIndex
  queue: Queue<StoredReply>
  /** The connection of `queue`. */
  redis: Redis
  node: string
  ready(): boolean
  attempt(id: string, job: ReplyJob): Promise<AttemptOutcome>
  onPromoted(instanceId: string): void
  logger: JobsLogger
}

/**
 * Tries the replies that a SUBSCRIBE waits for at once, on the node that made them: the queue is shared, and would give the job
 * to any node first. What cannot be tried yet stays `wanted`: a job on its way to Redis is tried when it is there, one whose
 * attempt runs is tried again, one behind a lost connection follows it.
 */
export class Promoter {
  readonly #options: PromoterOptions
  readonly #lines = new Map<string, Line>()
  /** Undefined while the index holds every reply that is to be found. */
  #remembered: Map<string, Subscribed> | undefined = new Map()

  constructor(options: PromoterOptions) {
    this.#options = options
  }

  subscribed(instanceId: string, topicFilter: string, matches: TopicMatcher): void {
    // A filter that begins with a wildcard is a logger, not a waiting requester: an attempt for it would be wasted.
    if (/^[+#]/.test(topicFilter)) return
    if (this.#remembered && this.#remembered.size < rememberedMax) {
      this.#remembered.set(`${instanceId}\0${topicFilter}`, { instanceId, topicFilter, matches })
    }
    for (const entry of this.#options.index.matching(instanceId, topicFilter, matches)) {
      entry.wanted = true
      this.proceed(entry)
    }
  }

  /** To be called when an entry has become `delayed`. */
  proceed(entry: WaitingReply): void {
    if (!entry.wanted || entry.state !== 'delayed' || !this.#options.ready()) return
    entry.state = 'promoted'
    const line = this.#lines.get(entry.instanceId) ?? { running: 0, entries: [] }
    this.#lines.set(entry.instanceId, line)
    line.entries.push(entry)
    this.#advance(entry.instanceId, line)
  }

  get complete(): boolean {
    return this.#remembered === undefined
  }

  /** There are replies to be read from Redis: who subscribes until that is done is remembered for them. */
  indexIncomplete(): void {
    this.#remembered ??= new Map()
  }

  indexComplete(): void {
    const remembered = this.#remembered
    this.#remembered = undefined
    for (const { instanceId, topicFilter, matches } of remembered?.values() ?? []) {
      this.subscribed(instanceId, topicFilter, matches)
    }
    for (const entry of this.#options.index.all()) this.proceed(entry)
  }

  #advance(instanceId: string, line: Line): void {
    while (line.running < sideBySideMax) {
      const entry = line.entries.shift()
      if (!entry) break
      line.running++
      void this.#promote(entry).finally(() => {
        line.running--
        this.#advance(instanceId, line)
      })
    }
    if (line.running === 0) this.#lines.delete(instanceId)
  }

  async #promote(entry: WaitingReply): Promise<void> {
    const { index, queue, redis, node, logger, onPromoted } = this.#options
    const lock = `${queue.toKey(entry.id)}:lock`
    let claimed = false
    try {
      // In this order on one connection: a job that is there after the claim is not discarded while it is tried.
      const [taken, job] = await Promise.all([claimJob(redis, lock, node), queue.getJob(entry.id)])
      claimed = taken
      // A worker has it meanwhile: its attempt sees the subscriber.
      if (entry.state !== 'promoted' || index.get(entry.id) !== entry) return
      if (!job || job.finishedOn !== undefined || job.data.outcome) {
        index.remove(entry.id)
        return
      }
      onPromoted(entry.instanceId)
      if (job.data.node === node && claimed) await this.#tryHere(entry, job)
      else await promoteDelayed(queue, entry.id)
    } catch (error) {
      if (entry.state === 'promoted') entry.state = 'delayed'
      logger.info(
        { error: (error as Error).message, jobId: entry.id },
        'a reply was not promoted: it follows when Redis is back'
      )
    } finally {
      if (claimed) releaseJob(redis, lock, node, logger)
    }
  }

  /** An attempt that costs none of the job's own. What is done is noted in the job: whoever takes it up then only ends it. */
  async #tryHere(entry: WaitingReply, job: Job<StoredReply>): Promise<void> {
    const { queue, attempt } = this.#options
    let outcome: AttemptOutcome
    try {
      outcome = await attempt(entry.id, job.data)
    } catch {
      // Why it failed is for the job to tell: its next attempt comes at once, and counts.
      entry.state = 'promoted'
      await promoteDelayed(queue, entry.id)
      return
    }
    if (isPause(outcome)) {
      entry.state = 'delayed'
      this.proceed(entry)
      return
    }
    await job.updateData({ ...job.data, outcome })
    await promoteDelayed(queue, entry.id)
  }
}

/** Brings a delayed job to the front, in one round trip. One that is not delayed is there already. */
export async function promoteDelayed(queue: Queue<StoredReply>, id: string): Promise<void> {
  try {
    await new Job(queue, replyQueueName, undefined, {}, id).promote()
  } catch (error) {
    if ((error as { code?: unknown }).code !== notInState) throw error
  }
}
