import type { Redis } from 'ioredis'

/** How long an answer waits to hear what only the nodes know. */
const hearMs = 300

/**
 * What the nodes have left in Redis, for an answer that does without when Redis is away, hangs or refuses: the relay, which
 * asks it every second, logs that. What was asked for is in Postgres, and after a change it is saved: that answer must not
 * become an error.
 */
export async function hear<T>(redis: Redis, ask: () => Promise<T>, nothing: T): Promise<T> {
  if (redis.status !== 'ready') return nothing
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, hearMs, nothing)
  })
  const heard = ask().catch(() => nothing)
  return Promise.race([heard, late]).finally(() => clearTimeout(timer))
}
