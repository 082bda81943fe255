import type { Redis } from 'ioredis'
import { forgetWaiting, noteJobs } from './job-notes.js'
import type { JobsLogger } from './redis.js'
import { idOf, type ReplyJob, type StoredReply } from './reply-job.js'

/** Writes the notes of a node's jobs. Only `givingUp` throws: what the others could not write is put right later. */
export class NoteKeeper {
  readonly #redis: Redis
  readonly #logger: JobsLogger

  constructor(redis: Redis, logger: JobsLogger) {
    this.#redis = redis
    this.#logger = logger
  }

  /** These jobs wait in Redis. Said again with every pause between two attempts, and by a node that starts. */
  waiting(jobs: readonly StoredReply[]): void {
    const instances = new Map<string, StoredReply[]>()
    for (const job of jobs) {
      const known = instances.get(job.instanceId)
      if (known) known.push(job)
      else instances.set(job.instanceId, [job])
    }
    for (const [instanceId, own] of instances) {
      const notes = own.map((job) => ({ id: idOf(job), atMs: job.redrivenAtMs ?? job.createdAtMs }))
      this.#attempt(instanceId, noteJobs(this.#redis, instanceId, 'waiting', notes))
    }
  }

  /** Before a job ends as a dead letter: a kill in between leaves a note too many, which whoever reads it sees. */
  givingUp(id: string, { instanceId }: ReplyJob): Promise<void> {
    return noteJobs(this.#redis, instanceId, 'dead', [{ id, atMs: Date.now() }])
  }

  /** It is a dead letter now. Noted once more: who read the first note too early may have taken it for wrong. */
  dead(id: string, { instanceId }: ReplyJob): void {
    this.#attempt(instanceId, noteJobs(this.#redis, instanceId, 'dead', [{ id, atMs: Date.now() }]))
    this.ended(id, { instanceId })
  }

  /** It waits no more. */
  ended(id: string, { instanceId }: Pick<ReplyJob, 'instanceId'>): void {
    this.#attempt(instanceId, forgetWaiting(this.#redis, instanceId, id))
  }

  #attempt(instanceId: string, write: Promise<void>): void {
    write.catch((error: Error) => {
      this.#logger.info({ instanceId, error: error.message }, 'a reply that waits is not noted yet')
    })
  }
}
