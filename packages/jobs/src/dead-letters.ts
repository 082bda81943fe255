import type { Redis } from 'ioredis'

/** Dead letters that an instance's index remembers; the oldest leave first. */
export const deadLettersMax = 10_000

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
  await redis
    .multi()
    .zadd(key, nowMs, jobId)
    .zremrangebyrank(key, 0, -deadLettersMax - 1)
    .exec()
}

export async function countDeadLetters(redis: Redis, instanceId: string): Promise<number> {
  return redis.zcard(deadLettersKey(instanceId))
}
