import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedServer, startRedis } from '@parley/embedded'
import { describe, expect, it, onTestFinished } from 'vitest'
import { instanceId, job, open, patient, stateOf, until, useRedis } from './support/reply-queues.js'

const redis = useRedis()
const exact = (filter: string, topic: string): boolean => filter === topic

/** A Redis that the test stops and starts again, on the same port and with the same data. */
async function ownRedis(): Promise<{ url: string; stop(): Promise<void>; start(): Promise<void> }> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-jobs-away-'))
  let server: EmbeddedServer | undefined = await startRedis({ dir })
  const { url, port } = server
  const stop = async () => {
    await server?.stop()
    server = undefined
  }
  onTestFinished(async () => {
    await stop()
    rmSync(dir, { recursive: true, force: true })
  })
  return {
    url,
    stop,
    async start() {
      server = await startRedis({ dir, port })
    }
  }
}

describe('with Redis away', () => {
  it('replies wait in memory, up to a bound, and are queued once and in order when it is back', async () => {
    const own = await ownRedis()
    const probe = await open(own.url, { bufferedJobsMax: 2, concurrency: 1 })
    probe.outcome = 'published'
    probe.queue.enqueue(job({ messageId: 'first' }))
    await until(() => probe.attempts.length === 1)
    await own.stop()
    await until(() => probe.queue.enqueue(job({ messageId: '1' })) === 'buffered')
    expect(probe.queue.enqueue(job({ messageId: '2' }))).toBe('buffered')
    expect(probe.queue.enqueue(job({ messageId: '3' }))).toBe('dropped')
    expect(probe.events.filter((event) => event === 'buffer_overflow')).toHaveLength(1)
    await own.start()
    await until(() => probe.attempts.length === 3)
    expect(probe.attempts.map(({ messageId }) => messageId)).toEqual(['first', '1', '2'])
    expect(probe.events.filter((event) => event === 'published')).toHaveLength(3)
  })

  it('a queue starts, takes replies, and runs them when Redis comes', async () => {
    const own = await ownRedis()
    await own.stop()
    const probe = await open(own.url)
    probe.outcome = 'published'
    expect(probe.queue.enqueue(job())).toBe('buffered')
    expect(probe.events).toEqual(['buffered'])
    await own.start()
    await until(() => probe.events.includes('published'))
    expect(probe.attempts).toHaveLength(1)
  })

  it('a SUBSCRIBE is remembered: the reply is tried when Redis is back', async () => {
    const own = await ownRedis()
    const probe = await open(own.url)
    probe.queue.enqueue(job({ messageId: 'probe' }))
    probe.queue.enqueue(job({ retry: patient }))
    await until(() => probe.events.includes('dead_letter'))
    await own.stop()
    await until(() => probe.queue.enqueue(job({ messageId: 'away', retry: patient })) === 'buffered')
    probe.outcome = 'published'
    probe.queue.promote(instanceId, 'replies/me', exact)
    await own.start()
    await until(() => probe.events.filter((event) => event === 'published').length === 2)
    expect(probe.queue.waiting(instanceId)).toBe(0)
  })

  it('a queue stops within a few seconds', async () => {
    const own = await ownRedis()
    const probe = await open(own.url)
    await own.stop()
    await until(() => probe.queue.enqueue(job()) === 'buffered')
    await probe.queue.stop()
  })
})

describe('a Redis that was emptied', () => {
  it('neither stops the worker nor keeps what is gone in the index', async () => {
    const probe = await open(redis.url, { indexCheckMs: 60, waitingPerInstanceMax: 2 })
    probe.queue.enqueue(job({ messageId: 'lost', retry: patient }))
    probe.during = async ({ messageId }) => {
      if (messageId === 'active') await redis.redis.flushall()
    }
    await until(async () => (await stateOf(redis, job({ messageId: 'lost' }))) === 'delayed')
    probe.queue.enqueue(job({ messageId: 'active' }))
    await until(() => probe.attempts.length === 1)
    await until(() => probe.queue.waiting(instanceId) === 0)
    probe.outcome = 'published'
    probe.queue.enqueue(job({ messageId: 'new' }))
    await until(() => probe.events.includes('published'))
    expect(probe.attempts.map(({ messageId }) => messageId)).toEqual(['active', 'new'])
  })
})
