import { createTestRedis } from '@parley/testkit'
import { Redis } from 'ioredis'

/** One Redis for all tests, which instances of their own keep apart; support/data-plane.ts reads where it is. */
export default async function setup(): Promise<() => Promise<void>> {
  const redis = await createTestRedis()
  process.env.PARLEY_TEST_SESSIONS = redis.url
  return async () => {
    const used = await keepsSessions(redis.url)
    await redis.end()
    if (!used) throw new Error('no test kept a session in Redis')
  }
}

/** The journal of sessions writes with one script. */
async function keepsSessions(url: string): Promise<boolean> {
  const redis = new Redis(url)
  const commands = await redis.info('commandstats')
  redis.disconnect()
  return commands.includes('cmdstat_evalsha:')
}
