import { createTestRedis } from '@parley/testkit'

/** One Redis for all tests, which instances of their own keep apart; support/data-plane.ts reads where it is. */
export default async function setup(): Promise<() => Promise<void>> {
  const redis = await createTestRedis()
  process.env.PARLEY_TEST_SESSIONS = redis.url
  return () => redis.end()
}
