import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedServer, startRedis } from '@parley/embedded'
import { Job, Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, expect, onTestFinished } from 'vitest'
import {
  type AttemptOutcome,
  type ReplyJob,
  ReplyQueue,
  type ReplyQueueEvent,
  type ReplyQueueOptions,
  replyJobId,
  replyQueueName
} from '../../src/index.js'

export const instanceId = 'mqtt-aaaaaaaa'
export const otherInstanceId = 'mqtt-bbbbbbbb'
const longDelayMs = 60_000
const conditionTimeoutMs = 8_000
export const patient = { attempts: 3, firstDelayMs: longDelayMs, maxDelayMs: longDelayMs, maxAgeMs: 900_000 }
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

export interface TestRedis {
  readonly url: string
  readonly redis: Redis
  readonly queue: Queue<ReplyJob>
}

/** A Redis of the test file; every test begins with an empty one. */
export function useRedis(): TestRedis {
  let dir: string
  let server: EmbeddedServer
  let redis: Redis
  let queue: Queue<ReplyJob>
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'parley-jobs-'))
    server = await startRedis({ dir })
    redis = new Redis(server.url)
    redis.on('error', () => undefined)
    queue = new Queue(replyQueueName, { connection: redis })
  })
  afterEach(async () => {
    await redis.flushall()
  })
  afterAll(async () => {
    await queue.close()
    redis.disconnect()
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  return {
    get url() {
      return server.url
    },
    get redis() {
      return redis
    },
    get queue() {
      return queue
    }
  }
}

export interface Probe {
  queue: ReplyQueue
  events: ReplyQueueEvent[]
  attempts: ReplyJob[]
  /** What the next attempts answer. */
  outcome: AttemptOutcome | 'throw'
  /** Runs inside an attempt, before it answers. */
  during: (job: ReplyJob) => unknown
}

export async function open(url: string, options: Partial<ReplyQueueOptions> = {}): Promise<Probe> {
  const events: ReplyQueueEvent[] = []
  const attempts: ReplyJob[] = []
  const queue = new ReplyQueue({
    redisUrl: url,
    node: 'node-a',
    isNodeAlive: () => true,
    attempt: async (job) => {
      attempts.push(job)
      await probe.during(job)
      if (probe.outcome === 'throw') throw new Error('the pipeline failed')
      return probe.outcome
    },
    onEvent: (event) => events.push(event),
    logger: quiet,
    ...options
  })
  const probe: Probe = { queue, events, attempts, outcome: 'nobody_waits', during: () => undefined }
  await queue.start()
  onTestFinished(() => queue.stop())
  return probe
}

export function job(fields: Partial<ReplyJob> = {}): ReplyJob {
  return {
    instanceId,
    messageId: '0190',
    responderClientId: 'door',
    node: 'node-a',
    topic: 'replies/me',
    payload: '{}',
    qos: 1,
    expiresAtMs: null,
    createdAtMs: Date.now(),
    retry: { attempts: 3, firstDelayMs: 10, maxDelayMs: 20, maxAgeMs: 900_000 },
    ...fields
  }
}

export const idOf = (one: ReplyJob): string =>
  replyJobId(one.instanceId, one.messageId, one.responderClientId)

export const until = (check: () => unknown): Promise<void> =>
  expect.poll(async () => Boolean(await check()), { timeout: conditionTimeoutMs, interval: 10 }).toBe(true)

export const stateOf = (redis: TestRedis, one: ReplyJob): Promise<string> =>
  redis.queue.getJobState(idOf(one))

/** Stands for a lock that ran out while the attempt went on: the job waits again, as after a check for stalled ones. */
export async function loseLock({ redis, queue }: TestRedis, one: ReplyJob): Promise<void> {
  const id = idOf(one)
  await redis.del(`${queue.toKey(id)}:lock`)
  await redis.lrem(queue.toKey('active'), 0, id)
  await redis.lpush(queue.toKey('wait'), id)
  await redis.zadd(queue.toKey('marker'), 0, '0')
}

export async function attemptsMade({ queue }: TestRedis, one: ReplyJob): Promise<number> {
  return (await Job.fromId(queue, idOf(one)))!.attemptsMade
}
