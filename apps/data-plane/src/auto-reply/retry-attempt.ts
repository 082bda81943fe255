import type { AttemptOutcome, ReplyJob } from '@parley/jobs'
import type { InstanceBroker } from '../broker/instance-broker.js'
import type { Instance } from '../fleet/instance.js'
import { replyMessage } from './reply-message.js'
import { mayStillReply } from './right-to-reply.js'

const msPerSecond = 1000

/** Where a reply that waits would go now. */
export interface ReplyTarget {
  /** 'deleted': its tombstone is known here; undefined: this node has not heard of it yet. */
  instance: Instance | 'deleted' | undefined
  /** Undefined while nobody of the instance is connected here. */
  broker: InstanceBroker | undefined
}

/**
 * One more try to publish a reply that waits as a job. Throws when the pipeline fails, so that it is tried again. One whose right to the
 * topic was lost meanwhile waits on: the operator sees why, and a policy that is mended brings it.
 */
export async function attemptReply(
  job: ReplyJob,
  { instance, broker }: ReplyTarget
): Promise<AttemptOutcome> {
  const nowMs = Date.now()
  if (instance === 'deleted') return 'gone'
  if (instance && !instance.settings.autoReply.enabled) return 'gone'
  if (job.expiresAtMs !== null && nowMs >= job.expiresAtMs) return 'expired'
  if (!broker || broker.closed) return 'nobody_waits'
  const reply = replyMessage({
    topic: job.topic,
    body: job.payload,
    qos: job.qos,
    correlationData:
      job.correlationDataBase64 === undefined ? undefined : Buffer.from(job.correlationDataBase64, 'base64'),
    secondsLeft: job.expiresAtMs === null ? undefined : Math.ceil((job.expiresAtMs - nowMs) / msPerSecond),
    nowMs
  })
  if (broker.router.match(reply).waiting === 0) return 'nobody_waits'
  if (!mayStillReply(broker.instance, job)) return 'not_allowed'
  await new Promise<void>((resolve, reject) => {
    broker.publishMessage(reply, (error) => (error ? reject(error) : resolve()))
  })
  if (reply.matched === reply.undelivered) return 'nobody_waits'
  broker.counters.repliesPublished++
  return 'published'
}
