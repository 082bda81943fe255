import { type AttemptOutcome, type ReplyJob, ReplyQueue, replyJobId } from '@parley/jobs'
import { cleanUp, eventually } from '@parley/testkit'
import { expect } from 'vitest'
import { type TestApi, uniqueName } from './test-api.js'

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const longMs = 60_000

/** Stands for a node that has replies to publish again. */
export interface TestNode {
  attempts: ReplyJob[]
  outcome: AttemptOutcome
  /** Runs inside an attempt, before it answers. */
  during: () => unknown
  /** A reply that waits for its first attempt; its job id. */
  park(instanceId: string, fields?: Partial<ReplyJob>): Promise<string>
  /** A dead letter; its job id. */
  giveUp(instanceId: string, fields?: Partial<ReplyJob>): Promise<string>
}

export async function startTestNode(api: TestApi): Promise<TestNode> {
  const queue = new ReplyQueue({
    redisUrl: api.redis.url,
    node: 'node-a',
    isNodeAlive: () => true,
    attempt: async (job) => {
      node.attempts.push(job)
      await node.during()
      return node.outcome
    },
    onEvent: () => undefined,
    logger: quiet
  })
  await queue.start()
  cleanUp(() => queue.stop())
  const put = async (reply: ReplyJob, state: string): Promise<string> => {
    const id = replyJobId(reply.instanceId, reply.messageId, reply.responderClientId)
    queue.enqueue(reply)
    await eventually(async () => expect(await noted(api, reply.instanceId, state, id)).not.toBeNull())
    return id
  }
  const node: TestNode = {
    attempts: [],
    outcome: 'nobody_waits',
    during: () => undefined,
    park: (instanceId, fields) => put(replyOf(instanceId, fields), 'waiting-replies'),
    giveUp: async (instanceId, fields) => {
      const retry = { attempts: 1, firstDelayMs: 1, maxDelayMs: 1, maxAgeMs: longMs }
      const id = await put(replyOf(instanceId, { retry, ...fields }), 'dead-letters')
      await eventually(async () => expect(await noted(api, instanceId, 'waiting-replies', id)).toBeNull())
      return id
    }
  }
  return node
}

function noted({ redisClient }: TestApi, instanceId: string, state: string, id: string) {
  return redisClient.zscore(`{${instanceId}}:${state}`, id)
}

function replyOf(instanceId: string, fields: Partial<ReplyJob> = {}): ReplyJob {
  return {
    instanceId,
    messageId: uniqueName(),
    responderClientId: 'door',
    node: 'node-a',
    topic: 'replies/me',
    payload: '{"id":"1"}',
    qos: 1,
    expiresAtMs: null,
    createdAtMs: Date.now(),
    retry: { attempts: 3, firstDelayMs: longMs, maxDelayMs: longMs, maxAgeMs: 900_000 },
    ...fields
  }
}
