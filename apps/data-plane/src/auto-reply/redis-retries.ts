import { type AttemptOutcome, type ReplyJob, ReplyQueue } from '@parley/jobs'
import { topicMatchesFilter } from '@parley/mqtt-wire'
import type { Logger } from 'pino'
import type { InstanceDirectory } from '../fleet/instance-directory.js'
import type { ReplyRetries } from './auto-reply.js'
import { attemptReply } from './retry-attempt.js'

export interface RedisRetriesOptions {
  redisUrl: string
  node: string
  log: Logger
  directory(): InstanceDirectory
  /** Whether the instance is known to be deleted, rather than not known yet. */
  isDeleted(instanceId: string): boolean
  isNodeAlive(node: string): Promise<boolean>
}

/** Replies that wait, as BullMQ jobs: kept in Redis, tried by the node that made them. */
export class RedisRetries implements ReplyRetries {
  readonly node: string
  readonly #queue: ReplyQueue

  constructor({ redisUrl, node, log, directory, isDeleted, isNodeAlive }: RedisRetriesOptions) {
    this.node = node
    this.#queue = new ReplyQueue({
      redisUrl,
      node,
      isNodeAlive,
      attempt: (job: ReplyJob): Promise<AttemptOutcome> => {
        const instance = directory().instance(job.instanceId)
        if (instance) instance.counters.replyAttempts++
        return attemptReply(job, {
          instance: instance ?? (isDeleted(job.instanceId) ? 'deleted' : undefined),
          broker: directory().openBroker(job.instanceId)
        })
      },
      onEvent: (event, instanceId) => directory().instance(instanceId)?.counters.replyJob(event),
      logger: log
    })
  }

  /** Resolves without Redis; jobs are followed as soon as it can be reached. */
  start(): Promise<void> {
    return this.#queue.start()
  }

  stop(): Promise<void> {
    return this.#queue.stop()
  }

  enqueue(job: ReplyJob, onStored: () => void): 'queued' | 'buffered' | 'dropped' {
    return this.#queue.enqueue(job, onStored)
  }

  promote(instanceId: string, topicFilter: string): void {
    this.#queue.promote(instanceId, topicFilter, topicMatchesFilter)
  }
}
