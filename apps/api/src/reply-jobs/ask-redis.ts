import type { Redis } from 'ioredis'
import { ProblemError } from '../problem-error.js'

/** Runs what only Redis can answer. Throws `unavailable` when it is away, or goes away meanwhile. */
export async function askRedis<T>(redis: Redis, ask: () => Promise<T>): Promise<T> {
  if (redis.status !== 'ready') throw away()
  try {
    return await ask()
  } catch (error) {
    if (isAway(redis, error as Error)) throw away()
    throw error
  }
}

function isAway(redis: Redis, { message }: Error): boolean {
  return redis.status !== 'ready' || /timed out|connection is closed|writeable|max retries/i.test(message)
}

function away(): ProblemError {
  return new ProblemError(
    'unavailable',
    'The replies that wait are in Redis, which is away; try again in a moment.'
  )
}
