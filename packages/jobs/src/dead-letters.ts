import type { Redis } from 'ioredis'

/** Dead letters that an instance's index remembers; the oldest leave first. */
export const deadLettersMax = 10_000
/** A dead letter is kept this long, then job and index forget it. */
export const deadLetterAgeS = 604_800
const msPerSecond = 1_000

/** Sorted set: job ids of an instance's dead letters, scored with the time of the last attempt (epoch ms). */
export function deadLettersKey(instanceId: string): string {
  return `{${instanceId}}:dead-letters`
}

/** Notes a dead letter under its instance, so that it is found without walking the queue. */
export async function noteDeadLetter(
  redis: Redis,
  instanceId: string,
  jobId: string,
  nowMs: number
): Promise<void> {
  const key = deadLettersKey(instanceId)
  const results = await redis
    .multi()
    .zadd(key, nowMs, jobId)
    .zremrangebyscore(key, '-inf', nowMs - deadLetterAgeS * msPerSecond)
    .zremrangebyrank(key, 0, -deadLettersMax - 1)
    .exec()
  for (const [error] of results ?? []) if (error) throw error
}

export async function countDeadLetters(redis: Redis, instanceId: string): Promise<number> {
  const oldestMs = Date.now() - deadLetterAgeS * msPerSecond
  return redis.zcount(deadLettersKey(instanceId), oldestMs, '+inf')
}
