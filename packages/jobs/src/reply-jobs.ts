import { setTimeout as sleep } from 'node:timers/promises'
import { type Job, Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import {
  deadLettersKey,
  forgetNote,
  forgetWaiting,
  type JobNote,
  type NotedState,
  noteJobs,
  readNotes,
  waitingRepliesKey
} from './job-notes.js'
import { promoteDelayed } from './promoter.js'
import { type ReplyJob, replyQueueName, type StoredReply } from './reply-job.js'

const jobIdPattern = /^[0-9a-f]{64}$/
/** Notes that one page looks at; of an index that is mostly wrong, the next page goes on. */
const notesLookedAtMax = 1_000
/** A reply that is tried right now is waited for this often, and this long each time. */
const discardTries = 10
const discardPauseMs = 50
/** BullMQ keeps a delayed job's time in the upper bits of its score. */
const delayedScoreFactor = 4_096
const notInState = -3
const noSuchJob = -1

/** A reply that waits or was given up, as it stands in Redis. */
export interface WaitingOrDead {
  id: string
  state: NotedState
  reply: ReplyJob
  attemptsMade: number
  attemptsMax: number
  lastError: string | null
  /** Of a waiting one (epoch ms). */
  nextAttemptAtMs: number | null
  /** Of a dead one (epoch ms). */
  deadAtMs: number | null
}

export interface JobPage {
  items: WaitingOrDead[]
  /** Where the next page begins; undefined: this is the last one. */
  next: JobNote | undefined
}

/** `expired`: the request expired, nobody may get its reply any more. `missing`: published, discarded, or never there. */
export type RetryResult = WaitingOrDead | 'expired' | 'missing'

interface Found extends WaitingOrDead {
  job: Job<StoredReply>
  running: boolean
}

/**
 * Sets a dead letter's data for a new life, while it is one: attempts that BullMQ refused for its stalls are forgotten.
 * KEYS[1] the job, KEYS[2] the sorted set of failed jobs
 * ARGV[1] job id, ARGV[2] data (JSON)
 * Result: 1 set; 0 it is no dead letter any more.
 */
const renewDeadLetter = `
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) or redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'data', ARGV[2])
redis.call('HDEL', KEYS[1], 'stc', 'defa')
return 1`

/**
 * The replies of an instance that wait or were given up, for who looks at them from outside. Every method throws when Redis
 * cannot be reached; none sees a job of another instance.
 */
export class ReplyJobs {
  readonly #redis: Redis
  readonly #queue: Queue<StoredReply>

  /** The connection stays the caller's. */
  constructor(redis: Redis) {
    this.#redis = redis
    this.#queue = new Queue<StoredReply>(replyQueueName, {
      connection: redis,
      skipWaitingForReady: true,
      skipVersionCheck: true,
      skipMetasUpdate: true
    })
    // Repeats what the caller of a command gets.
    this.#queue.on('error', () => undefined)
  }

  /** Newest first. Reads as many notes as it answers, and those that are wrong, which it puts right. */
  async list(
    instanceId: string,
    state: NotedState,
    { before, limit }: { before: JobNote | undefined; limit: number }
  ): Promise<JobPage> {
    const items: WaitingOrDead[] = []
    let position = before
    for (let looked = 0; looked < notesLookedAtMax; ) {
      const notes = await readNotes(this.#redis, instanceId, state, { before: position, limit })
      const found = await Promise.all(notes.map(({ id }) => this.#find(instanceId, id)))
      for (const [i, note] of notes.entries()) {
        if (items.length === limit) return { items, next: position }
        const one = found[i]
        if (one?.state === state) items.push(withoutJob(one))
        else await this.#putRight(instanceId, state, note, one)
        position = note
      }
      if (notes.length < limit) return { items, next: undefined }
      looked += notes.length
    }
    return { items, next: position }
  }

  async get(instanceId: string, id: string): Promise<WaitingOrDead | undefined> {
    const found = await this.#find(instanceId, id)
    return found && withoutJob(found)
  }

  /** Has it tried at once; a dead letter gets all its attempts again, and its age begins anew. */
  async retry(instanceId: string, id: string): Promise<RetryResult> {
    const found = await this.#find(instanceId, id)
    if (!found) return 'missing'
    const nowMs = Date.now()
    const { expiresAtMs } = found.reply
    if (expiresAtMs !== null && nowMs >= expiresAtMs) return 'expired'
    if (found.state === 'waiting') {
      await promoteDelayed(this.#queue, id)
      return { ...withoutJob(found), nextAttemptAtMs: nowMs }
    }
    if (!(await this.#redrive(instanceId, found, nowMs))) return 'missing'
    const anew = { state: 'waiting', attemptsMade: 0, lastError: null, deadAtMs: null } as const
    return { ...withoutJob(found), ...anew, nextAttemptAtMs: nowMs }
  }

  /** Removes it with everything that Redis holds of it. `running`: it is tried right now, and stays. */
  async discard(instanceId: string, id: string): Promise<'done' | 'running' | 'missing'> {
    for (let tries = 1; ; tries++) {
      const found = await this.#find(instanceId, id)
      if (!found) return 'missing'
      if (await this.#remove(found)) break
      if (tries === discardTries) return 'running'
      await sleep(discardPauseMs)
    }
    await Promise.all([
      this.#redis.zrem(deadLettersKey(instanceId), id),
      this.#redis.zrem(waitingRepliesKey(instanceId), id)
    ])
    return 'done'
  }

  /** False while somebody holds its lock. */
  async #remove({ job }: Found): Promise<boolean> {
    try {
      await job.remove()
      return true
    } catch (error) {
      if (!(error as Error).message.includes('locked')) throw error
      return false
    }
  }

  /**
   * In an order in which a kill loses nothing: a note too many first, the job by BullMQ's own script, the old note last, unless
   * the job was given up again meanwhile.
   */
  async #redrive(instanceId: string, { id, job }: Found, nowMs: number): Promise<boolean> {
    const deadAt = await this.#redis.zscore(deadLettersKey(instanceId), id)
    await noteJobs(this.#redis, instanceId, 'waiting', [{ id, atMs: nowMs }])
    const { outcome: _done, ...reply } = job.data
    const data = JSON.stringify({ ...reply, redrivenAtMs: nowMs })
    const keys = [this.#queue.toKey(id), this.#queue.toKey('failed')]
    const renewed = await this.#redis.eval(renewDeadLetter, 2, ...keys, id, data)
    const there = renewed === 1 ? await retryFailed(job) : (await this.#find(instanceId, id)) !== undefined
    if (!there) await forgetWaiting(this.#redis, instanceId, id)
    if (deadAt !== null) await forgetNote(this.#redis, instanceId, 'dead', { id, atMs: Number(deadAt) })
    return there
  }

  async #find(instanceId: string, id: string): Promise<Found | undefined> {
    if (!jobIdPattern.test(id)) return undefined
    const [job, state, score] = await Promise.all([
      this.#queue.getJob(id),
      this.#queue.getJobState(id),
      this.#redis.zscore(this.#queue.toKey('delayed'), id)
    ])
    // One that is done and only to be ended is over, too.
    if (!job || job.data.instanceId !== instanceId || job.data.outcome) return undefined
    if (state === 'completed' || state === 'unknown') return undefined
    const dead = state === 'failed'
    const dueAtMs = score === null ? Date.now() : Math.floor(Number(score) / delayedScoreFactor)
    return {
      id,
      job,
      state: dead ? 'dead' : 'waiting',
      running: state === 'active',
      reply: job.data,
      attemptsMade: job.attemptsMade,
      attemptsMax: job.opts.attempts ?? job.data.retry.attempts,
      lastError: job.failedReason ?? null,
      nextAttemptAtMs: dead ? null : dueAtMs,
      deadAtMs: dead ? (job.finishedOn ?? null) : null
    }
  }

  /** The job is the truth: a note that a kill left, or that fell behind, is moved to where the job is. */
  async #putRight(
    instanceId: string,
    noted: NotedState,
    note: JobNote,
    found: Found | undefined
  ): Promise<void> {
    // About to end: its note was written first.
    if (found?.running) return
    if (found) {
      const atMs = found.deadAtMs ?? found.job.data.redrivenAtMs ?? found.reply.createdAtMs
      await noteJobs(this.#redis, instanceId, found.state, [{ id: note.id, atMs }])
    }
    await forgetNote(this.#redis, instanceId, noted, note)
  }
}

function withoutJob({ job: _job, running: _running, ...seen }: Found): WaitingOrDead {
  return seen
}

/** False when it was discarded meanwhile; somebody else who had it tried again is as good. */
async function retryFailed(job: Job<StoredReply>): Promise<boolean> {
  try {
    await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true })
    return true
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code === notInState) return true
    if (code === noSuchJob) return false
    throw error
  }
}
