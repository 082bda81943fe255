// BullMQ lives only here: replies that could not be published at once.
export { backoffMs } from './backoff.js'
export { countDeadLetters, deadLettersKey } from './dead-letters.js'
export type { JobsLogger } from './redis.js'
export {
  type AttemptOutcome,
  type ReplyJob,
  type RetryPolicy,
  replyJobId,
  replyQueueName
} from './reply-job.js'
export { ReplyQueue, type ReplyQueueEvent, type ReplyQueueOptions } from './reply-queue.js'
