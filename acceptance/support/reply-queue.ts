import { createHash } from 'node:crypto'
import { type Job, Queue } from 'bullmq'
import type { Cleanups } from './cleanups.js'

/** The id of the job of one reply, as contracts.md says. */
export function replyJobId(instanceId: string, messageId: string, responderClientId: string): string {
  return createHash('sha256').update([instanceId, messageId, responderClientId].join('\0')).digest('hex')
}

/** The queue of waiting replies, seen from outside. */
export class ReplyQueueView {
  readonly #queue: Queue

  constructor(redisUrl: string, cleanups: Cleanups) {
    this.#queue = new Queue('reply', { connection: { url: redisUrl } })
    cleanups.add(() => this.#queue.close())
  }

  /** `waiting`, `delayed`, `completed`, `failed`, ... or `unknown` when there is no such job. */
  state(jobId: string): Promise<string> {
    return this.#queue.getJobState(jobId)
  }

  async job(jobId: string): Promise<Job> {
    return (await this.#queue.getJob(jobId))!
  }

  /** Offers a job under an id that may be there already. */
  async offer(jobId: string, like: Job): Promise<void> {
    await this.#queue.add(like.name, like.data, { ...like.opts, jobId })
  }
}
