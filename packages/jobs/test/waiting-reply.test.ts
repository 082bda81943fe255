import { describe, expect, it } from 'vitest'
import { countDeadLetters, deadLettersKey } from '../src/index.js'
import {
  attemptsMade,
  idOf,
  instanceId,
  job,
  loseLock,
  open,
  otherInstanceId,
  patient,
  stateOf,
  until,
  useRedis
} from './support/reply-queues.js'

const redis = useRedis()

describe('a reply that waits', () => {
  it('is tried again until somebody waits, and then no more', async () => {
    const probe = await open(redis.url)
    probe.during = () => {
      if (probe.attempts.length === 2) probe.outcome = 'published'
    }
    expect(probe.queue.enqueue(job())).toMatch(/queued|buffered/)
    await until(async () => (await stateOf(redis, job())) === 'completed')
    expect(probe.attempts).toHaveLength(2)
    expect(probe.events.filter((event) => event === 'published')).toHaveLength(1)
    expect(probe.queue.waiting(instanceId)).toBe(0)
  })

  it('is tried again when the attempt throws', async () => {
    const probe = await open(redis.url)
    probe.outcome = 'throw'
    probe.during = () => {
      if (probe.attempts.length === 2) probe.outcome = 'published'
    }
    probe.queue.enqueue(job())
    await until(() => probe.events.includes('published'))
    expect(probe.events).toContain('retried')
  })

  it('becomes a dead letter after its last attempt: kept, and in the index of its instance', async () => {
    const probe = await open(redis.url)
    probe.queue.enqueue(job())
    await until(() => probe.events.includes('dead_letter'))
    expect(probe.attempts).toHaveLength(3)
    expect(await stateOf(redis, job())).toBe('failed')
    expect(await attemptsMade(redis, job())).toBe(3)
    expect(await redis.redis.zrange(deadLettersKey(instanceId), '0', '-1')).toEqual([idOf(job())])
    expect(await countDeadLetters(redis.redis, instanceId)).toBe(1)
    expect(await countDeadLetters(redis.redis, otherInstanceId)).toBe(0)
    expect(probe.queue.waiting(instanceId)).toBe(0)
  })

  it('is no dead letter that counts when its job is forgotten by age', async () => {
    const longAgoMs = Date.now() - 8 * 86_400_000
    await redis.redis.zadd(deadLettersKey(instanceId), longAgoMs, 'long-gone')
    expect(await countDeadLetters(redis.redis, instanceId)).toBe(0)
    const probe = await open(redis.url)
    probe.queue.enqueue(job())
    await until(() => probe.events.includes('dead_letter'))
    expect(await redis.redis.zrange(deadLettersKey(instanceId), '0', '-1')).toEqual([idOf(job())])
  })

  it('is given up when it is older than maxAgeMs, whatever attempts are left', async () => {
    const probe = await open(redis.url)
    const old = { attempts: 50, firstDelayMs: 10, maxDelayMs: 20, maxAgeMs: 1_000 }
    probe.queue.enqueue(job({ createdAtMs: Date.now() - 2_000, retry: old }))
    await until(() => probe.events.includes('dead_letter'))
    expect(probe.attempts).toHaveLength(1)
  })

  it.each(['expired', 'gone'] as const)('ends without a dead letter when it is %s', async (outcome) => {
    const probe = await open(redis.url)
    probe.outcome = outcome
    probe.queue.enqueue(job())
    await until(async () => (await stateOf(redis, job())) === 'completed')
    expect(probe.events).toContain(outcome)
    expect(probe.events).not.toContain('dead_letter')
    expect(await countDeadLetters(redis.redis, instanceId)).toBe(0)
  })

  it('is one job, however often it is put in', async () => {
    const probe = await open(redis.url)
    probe.outcome = 'published'
    probe.queue.enqueue(job())
    probe.queue.enqueue(job())
    await until(() => probe.events.includes('published'))
    probe.queue.enqueue(job())
    probe.queue.enqueue(job({ messageId: '0191' }))
    await until(() => probe.attempts.some((attempt) => attempt.messageId === '0191'))
    expect(probe.attempts.filter((attempt) => attempt.messageId === '0190')).toHaveLength(1)
  })

  it('is published once, also when its job lost its lock and is run again', async () => {
    const probe = await open(redis.url)
    probe.outcome = 'published'
    probe.during = async (attempt) => loseLock(redis, attempt)
    probe.queue.enqueue(job())
    await until(async () => (await stateOf(redis, job())) === 'completed')
    expect(probe.attempts).toHaveLength(1)
    expect(probe.events.filter((event) => event === 'published')).toHaveLength(1)
  })
})

describe('the cap of one instance', () => {
  it('drops and counts what is above it, and only there', async () => {
    const probe = await open(redis.url, { waitingPerInstanceMax: 1 })
    probe.queue.enqueue(job({ retry: patient }))
    expect(probe.queue.enqueue(job({ messageId: '2', retry: patient }))).toBe('dropped')
    expect(probe.events).toContain('over_cap')
    expect(
      probe.queue.enqueue(job({ messageId: '2', instanceId: otherInstanceId, retry: patient }))
    ).not.toBe('dropped')
    // A repeat of what waits already takes no room.
    expect(probe.queue.enqueue(job({ retry: patient }))).not.toBe('dropped')
  })
})
