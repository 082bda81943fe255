import { connectRedis } from '@parley/config-feed'
import { assertDatabaseReachable, createDatabase } from '@parley/database'
import { ReplyJobs } from '@parley/jobs'
import { pino } from 'pino'
import { buildApp } from './app.js'
import type { Config } from './config.js'
import { Relay } from './relay/relay.js'

export interface Api {
  port: number
  stop(): Promise<void>
}

/** Composes the control plane and starts it, in this order: Postgres, Redis, the relay, the port. */
export async function startApi(config: Config): Promise<Api> {
  const log = pino({
    level: config.logLevel,
    base: { process: 'api' },
    redact: ['req.headers.authorization']
  })
  await assertDatabaseReachable(config.databaseUrl)
  const db = createDatabase(config.databaseUrl)
  await db.controlPlane.findUniqueOrThrow({ where: { id: 1 } })
  const redis = connectRedis(config.redisUrl, log, 'api')
  const relay = new Relay({ db, redis, log })
  const app = await buildApp({ db, redis, relay, replyJobs: new ReplyJobs(redis), config }, log)
  const address = new URL(await app.listen({ host: config.host, port: config.httpPort }))
  relay.start()
  return {
    port: Number(address.port),
    async stop() {
      await app.close()
      await relay.stop()
      redis.disconnect()
      await db.$disconnect()
    }
  }
}
