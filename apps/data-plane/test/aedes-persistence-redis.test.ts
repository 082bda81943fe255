import { createTestRedis, type TestRedis } from '@parley/testkit'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { afterAll, beforeAll } from 'vitest'
import { Counters } from '../src/ops/counters.js'
import { RedisSessionStore } from '../src/store/redis/redis-session-store.js'
import { describeContract } from './support/aedes-contract-tests.js'
import { newInstanceId } from './support/snapshot.js'

const bounds = { queuedMessagesMax: 100, queuedBytesMax: 1_000_000 }

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

/** The store of an instance of its own: nothing of another test is in it. */
async function openStore(): Promise<RedisSessionStore> {
  const store = new RedisSessionStore({
    redis,
    instanceId: newInstanceId(),
    node: 'test-node',
    log: pino({ level: 'silent' }),
    dir: undefined,
    bounds: () => bounds,
    counters: new Counters()
  })
  await store.load(
    () => undefined,
    () => undefined
  )
  return store
}

describeContract("Aedes' persistence contract on sessions in Redis", openStore)
