import type { Redis } from 'ioredis'

// Which replies of an instance wait, and which were given up, so that neither is looked for in the queue, which is everybody's.
// A note is a hint and the job is the truth: whoever reads one looks at the job, and puts the note right. Notes are written at
// every step of a job that had to wait; a reply that is published at once has none.

/** Dead letters that an instance's index remembers; the oldest leave first. */
export const deadLettersMax = 10_000
/** Waiting replies that an instance's index remembers, of all nodes together; the oldest leave first. */
export const waitingNotesMax = 100_000
/** A dead letter is kept this long, then job and index forget it. No reply waits longer either. */
export const deadLetterAgeS = 604_800
const msPerSecond = 1_000

export type NotedState = 'waiting' | 'dead'

/** A job id and what it is sorted by: when the reply was made, or given up (epoch ms). */
export interface JobNote {
  id: string
  atMs: number
}

/** Sorted set: job ids of an instance's dead letters, scored with the time of the last attempt (epoch ms). */
export function deadLettersKey(instanceId: string): string {
  return `{${instanceId}}:dead-letters`
}

/** Sorted set: job ids of an instance's waiting replies, scored with when the reply was made (epoch ms). */
export function waitingRepliesKey(instanceId: string): string {
  return `{${instanceId}}:waiting-replies`
}

export function notesKey(instanceId: string, state: NotedState): string {
  return state === 'dead' ? deadLettersKey(instanceId) : waitingRepliesKey(instanceId)
}

/** Notes jobs of one instance, in one go. */
export async function noteJobs(
  redis: Redis,
  instanceId: string,
  state: NotedState,
  notes: readonly JobNote[]
): Promise<void> {
  const key = notesKey(instanceId, state)
  const max = state === 'dead' ? deadLettersMax : waitingNotesMax
  const oldestMs = Date.now() - deadLetterAgeS * msPerSecond
  const results = await redis
    .multi()
    .zadd(key, ...notes.flatMap(({ id, atMs }) => [atMs, id]))
    .zremrangebyscore(key, '-inf', oldestMs)
    .zremrangebyrank(key, 0, -max - 1)
    .expire(key, deadLetterAgeS)
    .exec()
  for (const [error] of results ?? []) if (error) throw error
}

/**
 * Forgets a note, unless the job was noted anew meanwhile.
 * KEYS[1] the sorted set of notes
 * ARGV[1] job id, ARGV[2] its score as it was read
 * Result: 1 removed; 0 it is another note now, or none.
 */
const forgetIfUnchanged = `
local held = redis.call('ZSCORE', KEYS[1], ARGV[1])
if not held or tonumber(held) ~= tonumber(ARGV[2]) then return 0 end
return redis.call('ZREM', KEYS[1], ARGV[1])`

export async function forgetNote(
  redis: Redis,
  instanceId: string,
  state: NotedState,
  { id, atMs }: JobNote
): Promise<void> {
  await redis.eval(forgetIfUnchanged, 1, notesKey(instanceId, state), id, atMs)
}

/** The job does not wait any more. */
export async function forgetWaiting(redis: Redis, instanceId: string, id: string): Promise<void> {
  await redis.zrem(waitingRepliesKey(instanceId), id)
}

export async function countDeadLetters(redis: Redis, instanceId: string): Promise<number> {
  const oldestMs = Date.now() - deadLetterAgeS * msPerSecond
  return redis.zcount(deadLettersKey(instanceId), oldestMs, '+inf')
}

/** The newest notes below `before`: by time, then by id, both downwards. At most `limit`. */
export async function readNotes(
  redis: Redis,
  instanceId: string,
  state: NotedState,
  { before, limit }: { before: JobNote | undefined; limit: number }
): Promise<JobNote[]> {
  const key = notesKey(instanceId, state)
  const found: JobNote[] = []
  for (let offset = 0; found.length < limit; offset += limit) {
    const max = before?.atMs ?? '+inf'
    const page = await redis.zrevrangebyscore(key, max, '-inf', 'WITHSCORES', 'LIMIT', offset, limit)
    for (let i = 0; i < page.length; i += 2) {
      const note = { id: page[i]!, atMs: Number(page[i + 1]) }
      if (!before || isBelow(note, before)) found.push(note)
    }
    if (page.length < 2 * limit) break
  }
  return found.slice(0, limit)
}

function isBelow(note: JobNote, before: JobNote): boolean {
  return note.atMs < before.atMs || (note.atMs === before.atMs && note.id < before.id)
}
