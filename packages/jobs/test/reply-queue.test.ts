import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedServer, startRedis } from '@parley/embedded'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import {
  type AttemptOutcome,
  countDeadLetters,
  type ReplyJob,
  ReplyQueue,
  type ReplyQueueEvent,
  type ReplyQueueOptions,
  replyJobId,
  replyQueueName
} from '../src/index.js'

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
const exact = (filter: string, topic: string): boolean => filter === topic || filter === '#'
const longDelayMs = 60_000

let server: EmbeddedServer
let admin: Redis
let dir: string

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'parley-jobs-'))
  server = await startRedis({ dir })
  admin = new Redis(server.url)
  admin.on('error', () => undefined)
})
afterEach(async () => {
  await admin.flushall()
})
afterAll(async () => {
  admin.disconnect()
  await server.stop()
  rmSync(dir, { recursive: true, force: true })
})

interface Probe {
  queue: ReplyQueue
  events: ReplyQueueEvent[]
  attempts: ReplyJob[]
  /** What the next attempts answer. */
  outcome: AttemptOutcome | 'throw'
  /** Runs inside an attempt, before it answers. */
  during: () => void
}

async function open(options: Partial<ReplyQueueOptions> = {}): Promise<Probe> {
  const probe: Probe = {
    queue: undefined as unknown as ReplyQueue,
    events: [],
    attempts: [],
    outcome: 'nobody_waits',
    during: () => undefined
  }
  probe.queue = new ReplyQueue({
    redisUrl: server.url,
    node: 'node-a',
    isNodeAlive: () => true,
    attempt: async (job) => {
      probe.attempts.push(job)
      probe.during()
      if (probe.outcome === 'throw') throw new Error('the pipeline failed')
      return probe.outcome
    },
    onEvent: (event) => probe.events.push(event),
    logger: quiet,
    ...options
  })
  await probe.queue.start()
  onTestFinished(() => probe.queue.stop())
  return probe
}

function job(fields: Partial<ReplyJob> = {}): ReplyJob {
  return {
    instanceId: 'mqtt-aaaaaaaa',
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

const patient = { attempts: 3, firstDelayMs: longDelayMs, maxDelayMs: longDelayMs, maxAgeMs: 900_000 }
const until = (check: () => unknown): Promise<void> =>
  expect.poll(async () => Boolean(await check()), { timeout: 8_000, interval: 10 }).toBe(true)

async function stored(id: string): Promise<{ state: string; attempts: number } | undefined> {
  const queue = new Queue(replyQueueName, { connection: admin })
  const found = await queue.getJob(id)
  return found && { state: await found.getState(), attempts: found.attemptsMade }
}

const idOf = (one: ReplyJob): string => replyJobId(one.instanceId, one.messageId, one.responderClientId)

describe('a reply that waits', () => {
  it('is tried again until somebody waits, and then no more', async () => {
    const probe = await open()
    probe.during = () => {
      if (probe.attempts.length === 2) probe.outcome = 'published'
    }
    expect(probe.queue.enqueue(job())).toMatch(/queued|buffered/)
    await until(() => probe.events.includes('published'))
    expect(probe.attempts).toHaveLength(2)
    expect(probe.queue.waiting('mqtt-aaaaaaaa')).toBe(0)
    expect(await stored(idOf(job()))).toMatchObject({ state: 'completed' })
  })

  it('becomes a dead letter after its last attempt: kept, and in the index of its instance', async () => {
    const probe = await open()
    probe.queue.enqueue(job())
    await until(() => probe.events.includes('dead_letter'))
    expect(probe.attempts).toHaveLength(3)
    expect(await stored(idOf(job()))).toEqual({ state: 'failed', attempts: 3 })
    await until(async () => (await countDeadLetters(admin, 'mqtt-aaaaaaaa')) === 1)
    expect(await countDeadLetters(admin, 'mqtt-bbbbbbbb')).toBe(0)
  })

  it('is given up when it is older than maxAgeMs, whatever attempts are left', async () => {
    const probe = await open()
    const old = { attempts: 50, firstDelayMs: 10, maxDelayMs: 20, maxAgeMs: 1_000 }
    probe.queue.enqueue(job({ createdAtMs: Date.now() - 2_000, retry: old }))
    await until(() => probe.events.includes('dead_letter'))
    expect(probe.attempts).toHaveLength(1)
  })

  it.each(['expired', 'gone'] as const)('ends without a dead letter when it is %s', async (outcome) => {
    const probe = await open()
    probe.outcome = outcome
    probe.queue.enqueue(job())
    await until(() => probe.events.includes(outcome))
    expect(await countDeadLetters(admin, 'mqtt-aaaaaaaa')).toBe(0)
  })

  it('is one job, however often it is put in', async () => {
    const probe = await open()
    probe.outcome = 'published'
    probe.queue.enqueue(job())
    probe.queue.enqueue(job())
    await until(() => probe.events.includes('published'))
    probe.queue.enqueue(job())
    probe.queue.enqueue(job({ messageId: '0191' }))
    await until(() => probe.attempts.some((attempt) => attempt.messageId === '0191'))
    expect(probe.attempts.filter((attempt) => attempt.messageId === '0190')).toHaveLength(1)
  })
})

describe('a SUBSCRIBE', () => {
  it('promotes a delayed reply at once', async () => {
    const probe = await open()
    probe.queue.enqueue(job({ retry: patient }))
    await until(async () => (await stored(idOf(job())))?.state === 'delayed')
    probe.outcome = 'published'
    probe.queue.promote('mqtt-aaaaaaaa', 'replies/me', exact)
    await until(() => probe.events.includes('published'))
    expect(probe.attempts).toHaveLength(1)
  })

  it('promotes a reply that is still on its way into Redis', async () => {
    const probe = await open()
    probe.outcome = 'published'
    probe.queue.enqueue(job({ retry: patient }))
    probe.queue.promote('mqtt-aaaaaaaa', '#', exact)
    await until(() => probe.events.includes('published'))
    expect(probe.attempts).toHaveLength(1)
  })

  it('that comes while an attempt runs has it tried again at once', async () => {
    const probe = await open()
    const slowLater = { attempts: 3, firstDelayMs: 10, maxDelayMs: longDelayMs, maxAgeMs: 900_000 }
    probe.during = () => {
      if (probe.attempts.length === 1) probe.queue.promote('mqtt-aaaaaaaa', 'replies/me', exact)
      else probe.outcome = 'published'
    }
    probe.queue.enqueue(job({ retry: slowLater }))
    await until(() => probe.events.includes('published'))
    expect(probe.attempts).toHaveLength(2)
  })

  it('of another instance or another topic promotes nothing', async () => {
    const probe = await open()
    probe.outcome = 'published'
    probe.queue.enqueue(job({ retry: patient }))
    await until(async () => (await stored(idOf(job())))?.state === 'delayed')
    probe.queue.promote('mqtt-bbbbbbbb', '#', exact)
    probe.queue.promote('mqtt-aaaaaaaa', 'replies/you', exact)
    probe.queue.enqueue(job({ messageId: 'later' }))
    await until(() => probe.attempts.length === 1)
    expect(probe.attempts[0]!.messageId).toBe('later')
    expect(await stored(idOf(job()))).toMatchObject({ state: 'delayed' })
  })
})

describe('the bounds', () => {
  it('drop and count what is above the cap of one instance, and only there', async () => {
    const probe = await open({ waitingPerInstanceMax: 1 })
    probe.queue.enqueue(job({ retry: patient }))
    expect(probe.queue.enqueue(job({ messageId: '2', retry: patient }))).toBe('dropped')
    expect(probe.events).toContain('over_cap')
    expect(probe.queue.enqueue(job({ instanceId: 'mqtt-bbbbbbbb', retry: patient }))).not.toBe('dropped')
  })
})

describe('two nodes', () => {
  it('each run their own jobs', async () => {
    const a = await open()
    const b = await open({ node: 'node-b' })
    a.outcome = 'published'
    b.outcome = 'published'
    for (let i = 0; i < 10; i++) {
      a.queue.enqueue(job({ messageId: `a${i}` }))
      b.queue.enqueue(job({ messageId: `b${i}`, node: 'node-b' }))
    }
    await until(() => a.attempts.length === 10 && b.attempts.length === 10)
    expect(a.attempts.every(({ node }) => node === 'node-a')).toBe(true)
    expect(b.attempts.every(({ node }) => node === 'node-b')).toBe(true)
  })

  it('take over the jobs of a node that is gone', async () => {
    const a = await open({ isNodeAlive: () => false })
    a.outcome = 'published'
    a.queue.enqueue(job({ node: 'node-gone' }))
    await until(() => a.events.includes('published'))
  })
})

describe('a restart', () => {
  it('finds the replies that waited, so that a SUBSCRIBE still promotes them', async () => {
    const before = await open()
    before.queue.enqueue(job({ retry: patient }))
    await until(async () => (await stored(idOf(job())))?.state === 'delayed')
    await before.queue.stop()
    const after = await open()
    await until(() => after.queue.waiting('mqtt-aaaaaaaa') === 1)
    after.outcome = 'published'
    after.queue.promote('mqtt-aaaaaaaa', 'replies/me', exact)
    await until(() => after.events.includes('published'))
    expect(before.attempts).toHaveLength(0)
  })
})

describe('with Redis away', () => {
  it('replies wait in memory, up to a bound, and are queued once when it is back', async () => {
    const ownDir = mkdtempSync(join(tmpdir(), 'parley-jobs-away-'))
    const own = await startRedis({ dir: ownDir })
    onTestFinished(() => rmSync(ownDir, { recursive: true, force: true }))
    const probe = await open({ redisUrl: own.url, bufferedJobsMax: 2 })
    probe.outcome = 'published'
    await until(
      () => probe.queue.enqueue(job({ messageId: 'first' })) === 'queued' || probe.attempts.length > 0
    )
    await until(() => probe.attempts.length === 1)
    await own.stop()
    await until(() => probe.queue.enqueue(job({ messageId: '1' })) === 'buffered')
    expect(probe.queue.enqueue(job({ messageId: '2' }))).toBe('buffered')
    expect(probe.queue.enqueue(job({ messageId: '3' }))).toBe('dropped')
    expect(probe.events).toContain('buffer_overflow')
    const back = await startRedis({ dir: ownDir, port: own.port })
    onTestFinished(() => back.stop())
    await until(() => probe.attempts.length === 3)
    expect(probe.attempts.map(({ messageId }) => messageId).sort()).toEqual(['1', '2', 'first'])
  })
})
