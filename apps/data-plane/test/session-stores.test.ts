import { createTestRedis, type TestRedis } from '@parley/testkit'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll } from 'vitest'
import { MemorySessionStore } from '../src/store/memory-session-store.js'
import { RedisSessionStore } from '../src/store/redis/redis-session-store.js'
import { describeSessionStore } from './support/session-store-tests.js'
import { newInstanceId } from './support/snapshot.js'

let server: TestRedis
let redis: Redis
beforeAll(async () => {
  server = await createTestRedis()
  redis = new Redis(server.url)
  await redis.ping()
})
afterAll(async () => {
  redis.disconnect()
  await server.end()
})

describeSessionStore('in memory', (bounds, counters) => new MemorySessionStore(bounds, counters))

describeSessionStore('in Redis', async (bounds, counters) => {
  const store = new RedisSessionStore({
    redis,
    instanceId: newInstanceId(),
    node: 'test-node',
    log: pino({ level: 'silent' }),
    dir: undefined,
    bounds,
    counters
  })
  await store.load(
    () => undefined,
    () => undefined
  )
  return store
})
