import type { ReplyJob } from '@parley/jobs'
import type { ReplyRetries } from '../../src/auto-reply/auto-reply.js'

/** Takes replies that could not be published at once, and keeps them for the test to look at. */
export class CollectedRetries implements ReplyRetries {
  readonly node = 'test-node'
  readonly jobs: ReplyJob[] = []
  readonly promoted: { instanceId: string; topicFilter: string }[] = []

  enqueue(job: ReplyJob): 'queued' {
    this.jobs.push(job)
    return 'queued'
  }

  promote(instanceId: string, topicFilter: string): void {
    this.promoted.push({ instanceId, topicFilter })
  }
}
