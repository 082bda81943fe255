import type { Redis } from 'ioredis'
import type { JobsLogger } from './redis.js'

/** As long as a worker's lock: the claim of a node that was killed ends by itself. */
const claimMs = 5_000

/** Takes the lock that BullMQ's workers take, for an attempt outside of one: what is locked cannot be discarded. */
export async function claimJob(redis: Redis, lock: string, node: string): Promise<boolean> {
  return (await redis.set(lock, tokenOf(node), 'PX', claimMs, 'NX')) === 'OK'
}

/**
 * Gives a lock back, unless a worker has taken it over.
 * KEYS[1] the lock
 * ARGV[1] the token that was put there
 * Result: 1 given back; 0 it is somebody else's, or nobody's.
 */
const release = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])`

/** Does not wait. A lock that could not be given back ends by itself. */
export function releaseJob(redis: Redis, lock: string, node: string, logger: JobsLogger): void {
  redis.eval(release, 1, lock, tokenOf(node)).catch((error: Error) => {
    logger.info({ error: error.message }, 'the lock of a reply ends by itself')
  })
}

function tokenOf(node: string): string {
  return `promoted by ${node}`
}
