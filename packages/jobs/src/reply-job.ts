import { createHash } from 'node:crypto'

/** Name of the BullMQ queue; contracts.md fixes it. */
export const replyQueueName = 'reply'

/** `autoReply.retry` of an instance. Delays double from `firstDelayMs` to `maxDelayMs`. */
export interface RetryPolicy {
  attempts: number
  firstDelayMs: number
  maxDelayMs: number
  /** A reply older than this is given up, whatever attempts are left. */
  maxAgeMs: number
}

/** A client as policies look at it. */
export interface ReplyParty {
  id: string
  username: string | null
  /** ip:port */
  clientHost: string
}

/** A reply that waits: the data of its job, as JSON. */
export interface ReplyJob {
  instanceId: string
  /** Of the request. */
  messageId: string
  responderClientId: string
  /** The node that made the reply, and that tries it again. */
  node: string
  /** The Response Topic. */
  topic: string
  /** The JSON reply. */
  payload: string
  qos: 1 | 2
  correlationDataBase64?: string
  /** Whose right to the topic every attempt asks for; left out when the topic is the operator's word. */
  rights?: { requester: ReplyParty; responder: ReplyParty }
  /** When the request expires (epoch ms); null: never. */
  expiresAtMs: number | null
  createdAtMs: number
  retry: RetryPolicy
}

/** How an attempt ended. 'expired' and 'gone' (instance deleted, auto-reply off) end the job without a dead letter. */
export type AttemptOutcome = AttemptEnd | AttemptPause
export type AttemptEnd = 'published' | 'expired' | 'gone'
/** The job is tried again. 'not_allowed': the right to the topic was lost while it waited. */
export type AttemptPause = 'nobody_waits' | 'not_allowed'

/** What the operator reads of a job whose last attempt ended so. */
export const whyItWaits: Record<AttemptPause, string> = {
  nobody_waits: 'nobody waits on the Response Topic',
  not_allowed: 'the requester may no longer have replies on this topic'
}

export function isPause(outcome: AttemptOutcome): outcome is AttemptPause {
  return outcome in whyItWaits
}

/** What Redis holds: a reply that is done while its job still waits carries its outcome, and is not tried again. */
export interface StoredReply extends ReplyJob {
  outcome?: AttemptEnd
  /** When somebody had it tried again after it was given up (epoch ms): its age counts from then. */
  redrivenAtMs?: number
}

/** The same reply is never two jobs. (BullMQ refuses `:` in ids.) */
export function replyJobId(instanceId: string, messageId: string, responderClientId: string): string {
  return createHash('sha256').update(`${instanceId}\0${messageId}\0${responderClientId}`).digest('hex')
}

export function idOf(job: ReplyJob): string {
  return replyJobId(job.instanceId, job.messageId, job.responderClientId)
}
