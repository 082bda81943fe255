import { describe, expect, it } from 'vitest'
import {
  attemptsMade,
  instanceId,
  job,
  open,
  patient,
  stateOf,
  until,
  useRedis
} from './support/reply-queues.js'

const redis = useRedis()
const exact = (filter: string, topic: string): boolean => filter === topic

describe('two nodes', () => {
  it('each run their own jobs', async () => {
    const a = await open(redis.url)
    const b = await open(redis.url, { node: 'node-b' })
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

  it('hand back the job of a live node, at no cost of its attempts', async () => {
    const b = await open(redis.url, { node: 'node-b' })
    b.queue.enqueue(job())
    await until(() => b.events.filter((event) => event === 'handed_back').length > 3)
    expect(b.attempts).toEqual([])
    expect(await attemptsMade(redis, job())).toBe(0)
  })

  it('leave a job with its maker while nobody can tell whether that is alive', async () => {
    let known = false
    const b = await open(redis.url, {
      node: 'node-b',
      isNodeAlive: async () => {
        if (!known) throw new Error('not now')
        return false
      }
    })
    b.outcome = 'published'
    b.queue.enqueue(job())
    await until(() => b.events.includes('handed_back'))
    expect(b.attempts).toEqual([])
    known = true
    await until(() => b.events.includes('published'))
    expect(b.events).not.toContain('retried')
  })

  it('take over the jobs of a node that is gone', async () => {
    const a = await open(redis.url, { isNodeAlive: () => false })
    a.outcome = 'published'
    a.queue.enqueue(job({ node: 'node-gone' }))
    await until(() => a.events.includes('published'))
  })

  it('promote the replies of a node that was gone when they started, and one of them runs each', async () => {
    const gone = await open(redis.url, { node: 'node-gone' })
    gone.queue.enqueue(job({ node: 'node-gone', retry: patient }))
    await until(async () => (await stateOf(redis, job())) === 'delayed')
    await gone.queue.stop()
    const isNodeAlive = (node: string) => node !== 'node-gone'
    const a = await open(redis.url, { isNodeAlive, indexCheckMs: 60 })
    const b = await open(redis.url, { node: 'node-b', isNodeAlive, indexCheckMs: 60 })
    await until(() => a.queue.waiting(instanceId) + b.queue.waiting(instanceId) === 2)
    a.outcome = 'published'
    b.outcome = 'published'
    a.queue.promote(instanceId, 'replies/me', exact)
    await until(() => a.attempts.length + b.attempts.length === 1)
    // The one that did not run it finds out.
    await until(() => a.queue.waiting(instanceId) + b.queue.waiting(instanceId) === 0)
    expect(a.attempts.length + b.attempts.length).toBe(1)
  })
})

describe('a reply that a SUBSCRIBE brought forward', () => {
  it('is published by its maker alone; whoever takes its job up only ends it', async () => {
    const a = await open(redis.url)
    const b = await open(redis.url, { node: 'node-b' })
    a.outcome = 'published'
    b.outcome = 'published'
    for (let i = 0; i < 20; i++) a.queue.enqueue(job({ messageId: `${i}`, retry: patient }))
    await until(async () => (await redis.queue.getDelayedCount()) === 20)
    a.queue.promote(instanceId, 'replies/me', exact)
    await until(async () => (await redis.queue.getCompletedCount()) === 20)
    expect(a.attempts).toHaveLength(20)
    expect(b.attempts).toEqual([])
    expect(b.events).toEqual([])
  })
})

describe('a restart', () => {
  async function leaveOneWaiting(): Promise<void> {
    const before = await open(redis.url)
    before.queue.enqueue(job({ retry: patient }))
    await until(async () => (await stateOf(redis, job())) === 'delayed')
    await before.queue.stop()
    expect(before.attempts).toEqual([])
  }

  it('finds the replies that waited, so that a SUBSCRIBE still promotes them', async () => {
    await leaveOneWaiting()
    const after = await open(redis.url)
    await until(() => after.queue.waiting(instanceId) === 1)
    after.outcome = 'published'
    after.queue.promote(instanceId, 'replies/me', exact)
    await until(() => after.events.includes('published'))
  })

  it('promotes them too for a client that subscribes before they were found', async () => {
    await leaveOneWaiting()
    const after = await open(redis.url)
    after.outcome = 'published'
    after.queue.promote(instanceId, 'replies/me', exact)
    expect(after.queue.waiting(instanceId)).toBe(0)
    await until(() => after.events.includes('published'))
    expect(after.attempts).toHaveLength(1)
  })
})
