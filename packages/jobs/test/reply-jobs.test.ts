import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { deadLettersKey, type ReplyJob, ReplyJobs, waitingRepliesKey } from '../src/index.js'
import { noteJobs } from '../src/job-notes.js'
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
const exact = (filter: string, topic: string): boolean => filter === topic
const all = { before: undefined, limit: 100 }
const once = { attempts: 1, firstDelayMs: 5, maxDelayMs: 5, maxAgeMs: 900_000 }

/** What the API holds. */
function outside(): ReplyJobs {
  const connection = new Redis(redis.url)
  onTestFinished(() => connection.disconnect())
  return new ReplyJobs(connection)
}

const idsOf = async (jobs: ReplyJobs, state: 'waiting' | 'dead', instance = instanceId): Promise<string[]> =>
  (await jobs.list(instance, state, all)).items.map(({ id }) => id)

async function giveUp({ queue }: Probe, one: ReplyJob): Promise<void> {
  queue.enqueue(one)
  await until(async () => (await stateOf(redis, one)) === 'failed')
  await until(async () => (await redis.redis.zscore(waitingRepliesKey(one.instanceId), idOf(one))) === null)
}

async function park({ queue }: Probe, one: ReplyJob): Promise<void> {
  queue.enqueue(one)
  await until(async () => (await redis.redis.zscore(waitingRepliesKey(one.instanceId), idOf(one))) !== null)
}

/** Keys that are there for as long as a queue is. */
const ofTheQueue = /^bull:reply:(meta|events|id|stalled-check|marker|completed|failed|delayed|wait|active)$/
const keysLeft = async (): Promise<string[]> =>
  (await redis.redis.keys('*')).filter((key) => !ofTheQueue.test(key)).sort()

describe('the replies of an instance that wait', () => {
  it('are found without walking the queue, newest first, page by page, and those of others are not', async () => {
    const a = await open(redis.url)
    const jobs = outside()
    const own = Array.from({ length: 5 }, (_, i) =>
      job({ messageId: `${i}`, retry: patient, createdAtMs: 1_000 * Math.floor(i / 2) + Date.now() - 60_000 })
    )
    for (const one of own) await park(a, one)
    await park(a, job({ instanceId: otherInstanceId, retry: patient }))
    const whole = await idsOf(jobs, 'waiting')
    expect(new Set(whole)).toEqual(new Set(own.map(idOf)))
    const paged: string[] = []
    let before: (typeof all)['before'] | { id: string; atMs: number }
    do {
      const page = await jobs.list(instanceId, 'waiting', { before, limit: 2 })
      paged.push(...page.items.map(({ id }) => id))
      before = page.next
    } while (before)
    expect(paged).toEqual(whole)
    const created = await jobs.list(instanceId, 'waiting', all)
    const times = created.items.map(({ reply }) => reply.createdAtMs)
    expect(times).toEqual(times.toSorted((x, y) => y - x))
    expect(await idsOf(jobs, 'dead')).toEqual([])
  })

  it('tell their attempts, the last error and when the next attempt comes', async () => {
    const a = await open(redis.url)
    const one = job({ retry: patient })
    await park(a, one)
    await outside().retry(instanceId, idOf(one))
    await until(async () => (await attemptsMade(redis, one)) === 1)
    await until(async () => (await stateOf(redis, one)) === 'delayed')
    const found = await outside().get(instanceId, idOf(one))
    expect(found).toMatchObject({
      state: 'waiting',
      attemptsMade: 1,
      attemptsMax: 3,
      lastError: 'nobody waits on the Response Topic',
      deadAtMs: null
    })
    expect(found!.nextAttemptAtMs! - Date.now()).toBeGreaterThan(0)
  })

  it('leave no note when they are published or given up, and one that is published at once never has one', async () => {
    const a = await open(redis.url)
    await giveUp(a, job({ messageId: 'dead', retry: once }))
    a.outcome = 'published'
    a.queue.enqueue(job({ messageId: 'out' }))
    await until(() => a.events.includes('published'))
    await until(async () => (await redis.redis.exists(waitingRepliesKey(instanceId))) === 0)
    expect(await redis.redis.zcard(deadLettersKey(instanceId))).toBe(1)
  })

  it('are found again after their notes were lost: by the node that starts, and by the next attempt', async () => {
    const a = await open(redis.url)
    await park(a, job({ retry: patient }))
    await a.queue.stop()
    await redis.redis.del(waitingRepliesKey(instanceId))
    await open(redis.url)
    const jobs = outside()
    await until(async () => (await idsOf(jobs, 'waiting')).length === 1)
    await redis.redis.del(waitingRepliesKey(instanceId))
    expect(await jobs.retry(instanceId, idOf(job()))).toMatchObject({ state: 'waiting' })
    await until(async () => (await idsOf(jobs, 'waiting')).length === 1)
  })
})

describe('notes that a kill left', () => {
  it('of jobs that are gone, done or elsewhere are put right by who lists them', async () => {
    const a = await open(redis.url)
    const [waits, dead] = [
      job({ messageId: 'waits', retry: patient }),
      job({ messageId: 'dead', retry: once })
    ]
    await park(a, waits)
    await giveUp(a, dead)
    const gone = 'f'.repeat(64)
    const atMs = Date.now()
    const wrong = (ids: string[]) => ids.map((id) => ({ id, atMs }))
    await noteJobs(redis.redis, instanceId, 'waiting', wrong([gone, idOf(dead), 'no-id']))
    await noteJobs(redis.redis, instanceId, 'dead', wrong([gone, idOf(waits), 'no-id']))
    const jobs = outside()
    expect(await idsOf(jobs, 'waiting')).toEqual([idOf(waits)])
    expect(await idsOf(jobs, 'dead')).toEqual([idOf(dead)])
    expect(await redis.redis.zrange(waitingRepliesKey(instanceId), '0', '-1')).toEqual([idOf(waits)])
    expect(await redis.redis.zrange(deadLettersKey(instanceId), '0', '-1')).toEqual([idOf(dead)])
  })

  it('never hide a page of right ones behind them', async () => {
    const a = await open(redis.url)
    await park(a, job({ retry: patient, createdAtMs: Date.now() - 1_000 }))
    const stale = Array.from({ length: 1_500 }, (_, i) => ({
      id: i.toString(16).padStart(64, '0'),
      atMs: Date.now()
    }))
    await noteJobs(redis.redis, instanceId, 'waiting', stale)
    const jobs = outside()
    const first = await jobs.list(instanceId, 'waiting', { before: undefined, limit: 20 })
    const found = [...first.items]
    if (first.next)
      found.push(...(await jobs.list(instanceId, 'waiting', { before: first.next, limit: 20 })).items)
    expect(found.map(({ id }) => id)).toEqual([idOf(job())])
    expect(await redis.redis.zcard(waitingRepliesKey(instanceId))).toBe(1)
  })

  it('are bounded in number and time', async () => {
    const notes = Array.from({ length: 10_050 }, (_, i) => ({ id: `${i}`, atMs: Date.now() + i }))
    await noteJobs(redis.redis, instanceId, 'dead', notes)
    expect(await redis.redis.zcard(deadLettersKey(instanceId))).toBe(10_000)
    expect(await redis.redis.zscore(deadLettersKey(instanceId), '0')).toBeNull()
    expect(await redis.redis.ttl(deadLettersKey(instanceId))).toBeGreaterThan(600_000)
  })
})

describe('a dead letter that is tried again', () => {
  it('is tried at once, has all its attempts, and is not too old', async () => {
    const a = await open(redis.url)
    const one = job({ retry: { attempts: 3, firstDelayMs: 5, maxDelayMs: 10, maxAgeMs: 60_000 } })
    // Older than it may get: the first attempt gives it up.
    const old = { ...one, createdAtMs: Date.now() - 3_600_000 }
    await giveUp(a, old)
    expect(a.attempts).toHaveLength(1)
    const jobs = outside()
    expect(await jobs.get(instanceId, idOf(one))).toMatchObject({ state: 'dead', attemptsMade: 1 })
    expect(await jobs.retry(instanceId, idOf(one))).toMatchObject({
      state: 'waiting',
      attemptsMade: 0,
      attemptsMax: 3,
      deadAtMs: null
    })
    await until(() => a.attempts.length === 4)
    await until(async () => (await stateOf(redis, one)) === 'failed')
    expect(await attemptsMade(redis, one)).toBe(3)
    await until(async () => (await idsOf(jobs, 'dead')).length === 1)
    expect(await idsOf(jobs, 'waiting')).toEqual([])
    expect(a.attempts).toHaveLength(4)
  })

  it('is published once when somebody waits by then, and a late SUBSCRIBE brings it, once', async () => {
    const a = await open(redis.url)
    const one = job({ retry: once })
    await giveUp(a, one)
    const jobs = outside()
    const patiently = { ...one, retry: patient }
    await redis.redis.hset(redis.queue.toKey(idOf(one)), 'data', JSON.stringify(patiently))
    await redis.redis.hset(
      redis.queue.toKey(idOf(one)),
      'opts',
      JSON.stringify({ attempts: 3, backoff: { type: 'custom' } })
    )
    await jobs.retry(instanceId, idOf(one))
    await until(async () => (await stateOf(redis, one)) === 'delayed')
    expect(await idsOf(jobs, 'waiting')).toEqual([idOf(one)])
    expect(await idsOf(jobs, 'dead')).toEqual([])
    a.outcome = 'published'
    const before = a.attempts.length
    a.queue.promote(instanceId, 'replies/me', exact)
    await until(async () => (await stateOf(redis, one)) === 'completed')
    expect(a.attempts).toHaveLength(before + 1)
    await until(async () => (await idsOf(jobs, 'waiting')).length === 0)
    expect(await jobs.retry(instanceId, idOf(one))).toBe('missing')
  })

  it('runs also when its maker is gone, on another node', async () => {
    const a = await open(redis.url)
    await giveUp(a, job({ retry: once }))
    await a.queue.stop()
    const b = await open(redis.url, { node: 'node-b', isNodeAlive: (node) => node !== 'node-a' })
    b.outcome = 'published'
    await outside().retry(instanceId, idOf(job()))
    await until(() => b.events.includes('published'))
    expect(b.attempts).toHaveLength(1)
  })

  it('is not tried when the request has expired: nothing changes', async () => {
    const a = await open(redis.url)
    const one = job({ retry: once, expiresAtMs: Date.now() + 400 })
    await giveUp(a, one)
    const jobs = outside()
    await until(() => Date.now() > one.expiresAtMs!)
    expect(await jobs.retry(instanceId, idOf(one))).toBe('expired')
    expect(await idsOf(jobs, 'dead')).toEqual([idOf(one)])
    expect(a.attempts).toHaveLength(1)
  })

  it('by many at once runs once', async () => {
    const a = await open(redis.url)
    const one = job({ retry: once })
    await giveUp(a, one)
    a.outcome = 'published'
    const jobs = outside()
    const results = await Promise.all(Array.from({ length: 10 }, () => jobs.retry(instanceId, idOf(one))))
    expect(results.some((result) => typeof result === 'object')).toBe(true)
    await until(async () => (await stateOf(redis, one)) === 'completed')
    expect(a.attempts).toHaveLength(2)
  })

  it.each(['only its new note was written', 'everything was written but its old note is still there'])(
    'is lost by no kill of who asked: %s',
    async (step) => {
      const a = await open(redis.url)
      const one = job({ retry: once })
      await giveUp(a, one)
      const jobs = outside()
      const note = [{ id: idOf(one), atMs: Date.now() }]
      if (step.startsWith('only')) {
        await noteJobs(redis.redis, instanceId, 'waiting', note)
        expect(await idsOf(jobs, 'waiting')).toEqual([])
        expect(await idsOf(jobs, 'dead')).toEqual([idOf(one)])
        return
      }
      a.during = () => new Promise((resolve) => setTimeout(resolve, 50))
      await redis.redis.hset(
        redis.queue.toKey(idOf(one)),
        'opts',
        JSON.stringify({ attempts: 9, backoff: { type: 'custom' } })
      )
      await jobs.retry(instanceId, idOf(one))
      await noteJobs(redis.redis, instanceId, 'dead', note)
      await until(async () => (await stateOf(redis, one)) === 'delayed')
      await until(async () => (await idsOf(jobs, 'dead')).length === 0)
    }
  )
})

describe('a reply that is discarded', () => {
  it('leaves nothing in Redis, be it dead or waiting', async () => {
    const a = await open(redis.url)
    const before = await keysLeft()
    const [waits, dead] = [
      job({ messageId: 'waits', retry: patient }),
      job({ messageId: 'dead', retry: once })
    ]
    await park(a, waits)
    await giveUp(a, dead)
    const jobs = outside()
    for (const one of [waits, dead]) expect(await jobs.discard(instanceId, idOf(one))).toBe('done')
    expect(await keysLeft()).toEqual(before)
    for (const one of [waits, dead]) expect(await jobs.discard(instanceId, idOf(one))).toBe('missing')
    a.queue.promote(instanceId, 'replies/me', exact)
    await until(() => a.queue.waiting(instanceId) === 0)
    expect(a.attempts).toHaveLength(1)
  })

  it('is waited for while an attempt runs, and stays when that does not end', async () => {
    const a = await open(redis.url)
    let letGo: () => void = () => undefined
    a.during = () => new Promise<void>((resolve) => (letGo = resolve))
    const one = job({ retry: { ...patient, firstDelayMs: 5 } })
    a.queue.enqueue(one)
    await until(() => a.attempts.length === 1)
    const jobs = outside()
    expect(await jobs.discard(instanceId, idOf(one))).toBe('running')
    expect(await stateOf(redis, one)).toBe('active')
    const discarding = jobs.discard(instanceId, idOf(one))
    letGo()
    expect(await discarding).toBe('done')
    expect(await stateOf(redis, one)).toBe('unknown')
  })

  it('is not discarded half-way while a SUBSCRIBE has it tried outside of a worker', async () => {
    const a = await open(redis.url)
    const one = job({ retry: patient })
    await park(a, one)
    let letGo: () => void = () => undefined
    a.during = () => new Promise<void>((resolve) => (letGo = resolve))
    a.outcome = 'published'
    a.queue.promote(instanceId, 'replies/me', exact)
    await until(() => a.attempts.length === 1)
    const jobs = outside()
    expect(await jobs.discard(instanceId, idOf(one))).toBe('running')
    letGo()
    await until(async () => (await stateOf(redis, one)) === 'completed')
    expect(await jobs.discard(instanceId, idOf(one))).toBe('missing')
    expect(a.attempts).toHaveLength(1)
  })
})

it('no job is seen, tried or discarded through another instance, nor by what is no job id', async () => {
  const a = await open(redis.url)
  const one = job({ retry: once })
  await giveUp(a, one)
  const jobs = outside()
  for (const [instance, id] of [
    [otherInstanceId, idOf(one)],
    [instanceId, 'meta'],
    [instanceId, 'failed'],
    [instanceId, `${idOf(one)}:lock`]
  ] as const) {
    expect(await jobs.get(instance, id)).toBeUndefined()
    expect(await jobs.retry(instance, id)).toBe('missing')
    expect(await jobs.discard(instance, id)).toBe('missing')
  }
  await noteJobs(redis.redis, otherInstanceId, 'dead', [{ id: idOf(one), atMs: Date.now() }])
  expect(await idsOf(jobs, 'dead', otherInstanceId)).toEqual([])
  expect(await idsOf(jobs, 'dead')).toEqual([idOf(one)])
  expect(a.attempts).toHaveLength(1)
})

it('a job whose lock ran out after it was noted as dead is found where it is', async () => {
  const a = await open(redis.url)
  const one = job({ retry: patient })
  await park(a, one)
  await noteJobs(redis.redis, instanceId, 'dead', [{ id: idOf(one), atMs: Date.now() }])
  const jobs = outside()
  expect(await idsOf(jobs, 'dead')).toEqual([])
  expect(await idsOf(jobs, 'waiting')).toEqual([idOf(one)])
})
