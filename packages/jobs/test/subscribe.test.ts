import { describe, expect, it } from 'vitest'
import {
  attemptsMade,
  idOf,
  instanceId,
  job,
  open,
  otherInstanceId,
  type Probe,
  patient,
  stateOf,
  until,
  useRedis
} from './support/reply-queues.js'

const redis = useRedis()
/** Of the wildcards only a last `#` and a last `+`, for the topics of these tests. */
const matches = (filter: string, topic: string): boolean =>
  filter === topic || (/[+#]$/.test(filter) && topic.startsWith(filter.slice(0, -1)))

describe('a SUBSCRIBE', () => {
  it('promotes a delayed reply at once', async () => {
    const probe = await open(redis.url)
    probe.queue.enqueue(job({ retry: patient }))
    await until(async () => (await stateOf(redis, job())) === 'delayed')
    probe.outcome = 'published'
    probe.queue.promote(instanceId, 'replies/me', matches)
    await until(() => probe.events.includes('published'))
    expect(probe.attempts).toHaveLength(1)
    expect(probe.events).toContain('promoted')
  })

  it('promotes a reply that is still on its way into Redis', async () => {
    const probe = await open(redis.url)
    probe.outcome = 'published'
    probe.queue.enqueue(job({ retry: patient }))
    probe.queue.promote(instanceId, 'replies/me', matches)
    await until(() => probe.events.includes('published'))
    expect(probe.attempts).toHaveLength(1)
  })

  it('with a wildcard promotes every reply on a topic that it matches, and no other', async () => {
    const probe = await open(redis.url)
    for (const [index, topic] of ['replies/a', 'replies/b', 'answers/c'].entries()) {
      probe.queue.enqueue(job({ messageId: `${index}`, topic, retry: patient }))
    }
    await until(async () => (await redis.queue.getDelayedCount()) === 3)
    probe.outcome = 'published'
    probe.queue.promote(instanceId, 'replies/+', matches)
    await until(async () => (await redis.queue.getCompletedCount()) === 2)
    expect(probe.attempts.map(({ topic }) => topic).sort()).toEqual(['replies/a', 'replies/b'])
    expect(probe.queue.waiting(instanceId)).toBe(1)
  })

  it('of a logger, whose filter begins with a wildcard, costs no attempt', async () => {
    const probe = await open(redis.url)
    probe.queue.enqueue(job({ retry: patient }))
    await until(async () => (await stateOf(redis, job())) === 'delayed')
    probe.queue.promote(instanceId, '#', () => true)
    probe.queue.promote(instanceId, '+/me', () => true)
    probe.outcome = 'published'
    probe.queue.enqueue(job({ messageId: 'later' }))
    await until(() => probe.events.includes('published'))
    expect(await attemptsMade(redis, job())).toBe(0)
    expect(probe.events).not.toContain('promoted')
  })

  /** Its first attempt is due, the second one would be a minute later. */
  async function enqueueDue(probe: Probe): Promise<void> {
    // Once a whole job has gone through, the reading of the start is over: it would promote as well.
    probe.queue.enqueue(job({ messageId: 'first', topic: 'elsewhere' }))
    await until(() => probe.events.includes('dead_letter'))
    probe.queue.enqueue(job({ retry: patient }))
    await until(async () => (await stateOf(redis, job())) === 'delayed')
    probe.attempts.length = 0
    const due = await redis.queue.getJob(idOf(job()))
    await due!.promote()
  }

  it('that comes while an attempt runs has it tried again at once', async () => {
    const probe = await open(redis.url)
    probe.during = ({ topic }) => {
      if (topic === 'elsewhere') return
      if (probe.attempts.length === 1) probe.queue.promote(instanceId, 'replies/me', matches)
      else probe.outcome = 'published'
    }
    await enqueueDue(probe)
    await until(() => probe.events.includes('published'))
    expect(probe.attempts).toHaveLength(2)
  })

  it('that comes after an attempt, while its end is being written, has it tried again at once', async () => {
    const probe = await open(redis.url)
    probe.during = ({ topic }) => {
      if (topic === 'elsewhere') return
      if (probe.attempts.length > 1) probe.outcome = 'published'
      // The answer of the attempt is on its way through a few promises; a later turn of the loop is behind them.
      else setImmediate(() => probe.queue.promote(instanceId, 'replies/me', matches))
    }
    await enqueueDue(probe)
    await until(() => probe.events.includes('published'))
    expect(probe.attempts).toHaveLength(2)
  })

  it('that comes while the last attempt runs still gets the reply: it is no dead letter', async () => {
    const probe = await open(redis.url)
    probe.during = () => {
      if (probe.attempts.length === 1) probe.queue.promote(instanceId, 'replies/me', matches)
      else probe.outcome = 'published'
    }
    probe.queue.enqueue(job({ retry: { attempts: 1, firstDelayMs: 10, maxDelayMs: 20, maxAgeMs: 900_000 } }))
    await until(() => probe.events.includes('published'))
    expect(probe.events).not.toContain('dead_letter')
  })

  it('that no attempt finds costs the job none of its own', async () => {
    const probe = await open(redis.url)
    probe.queue.enqueue(job({ retry: patient }))
    for (let times = 1; times <= patient.attempts + 1; times++) {
      await until(async () => (await stateOf(redis, job())) === 'delayed')
      probe.queue.promote(instanceId, 'replies/me', matches)
      await until(() => probe.attempts.length === times)
    }
    expect(await attemptsMade(redis, job())).toBe(0)
    expect(probe.events).not.toContain('retried')
  })

  it('that is repeated in one turn promotes and publishes once', async () => {
    const probe = await open(redis.url)
    probe.queue.enqueue(job({ retry: patient }))
    await until(async () => (await stateOf(redis, job())) === 'delayed')
    probe.outcome = 'published'
    for (let i = 0; i < 10; i++) probe.queue.promote(instanceId, 'replies/me', matches)
    await until(async () => (await stateOf(redis, job())) === 'completed')
    expect(probe.attempts).toHaveLength(1)
    expect(probe.events.filter((event) => event === 'promoted')).toHaveLength(1)
  })

  it('of another instance or another topic promotes nothing', async () => {
    const probe = await open(redis.url)
    probe.outcome = 'published'
    probe.queue.enqueue(job({ retry: patient }))
    await until(async () => (await stateOf(redis, job())) === 'delayed')
    probe.queue.promote(otherInstanceId, 'replies/#', matches)
    probe.queue.promote(instanceId, 'replies/you', matches)
    probe.queue.enqueue(job({ messageId: 'later' }))
    await until(() => probe.attempts.length === 1)
    expect(probe.attempts[0]!.messageId).toBe('later')
    expect(await stateOf(redis, job())).toBe('delayed')
  })
})
