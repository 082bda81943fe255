// BullMQ lives only here: replies that could not be published at once.
export { backoffMs } from './backoff.js'
export { countDeadLetters, deadLettersKey, type NotedState, waitingRepliesKey } from './job-notes.js'
export type { JobsLogger } from './redis.js'
export {
  type AttemptOutcome,
  type ReplyJob,
  type ReplyParty,
  type RetryPolicy,
  replyJobId,
  replyQueueName
} from './reply-job.js'
export { type JobPage, ReplyJobs, type RetryResult, type WaitingOrDead } from './reply-jobs.js'
export { ReplyQueue, type ReplyQueueEvent, type ReplyQueueOptions } from './reply-queue.js'
