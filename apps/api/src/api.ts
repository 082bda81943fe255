import { resolve } from 'node:path'
import { connectRedis } from '@parley/config-feed'
import { assertDatabaseReachable, createDatabase } from '@parley/database'
import { ReplyJobs } from '@parley/jobs'
import { pino } from 'pino'
import { buildApp } from './app.js'
import { createAuth } from './auth/auth.js'
import type { Config } from './config.js'
import { secretHeaders } from './log.js'
import { Relay } from './relay/relay.js'

export interface Api {
  port: number
  stop(): Promise<void>
}

/** Holds for `src` and for `dist` alike. */
const adminUiDir = resolve(import.meta.dirname, '../../admin-ui/dist')

/** Composes the control plane and starts it, in this order: Postgres, Redis, the relay, the port. */
export async function startApi(config: Config): Promise<Api> {
  const log = pino({
    level: config.logLevel,
    base: { process: 'api' },
    redact: secretHeaders
  })
  await assertDatabaseReachable(config.databaseUrl)
  const db = createDatabase(config.databaseUrl)
  await db.controlPlane.findUniqueOrThrow({ where: { id: 1 } })
  const redis = connectRedis(config.redisUrl, log, 'api')
  const relay = new Relay({ db, redis, log })
  const auth = createAuth(redis)
  const replyJobs = new ReplyJobs(redis)
  const app = await buildApp({ db, redis, relay, replyJobs, auth, adminUiDir, config }, log)
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
