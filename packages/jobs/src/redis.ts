import { Redis, type RedisOptions } from 'ioredis'

/** Redis that comes back is used again within this time. */
const reconnectDelayMaxMs = 500
const retryStrategy = (attempt: number): number => Math.min(attempt * 50, reconnectDelayMaxMs)

/** What this package logs with; pino's loggers fit. */
export interface JobsLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** For producing: a command fails at once while Redis is away, so that the caller can keep the job itself. */
export function producerConnection(url: string, logger: JobsLogger): Redis {
  const redis = connect(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false
  })
  reportOnce(redis, logger)
  return redis
}

/** For working: waits for Redis, as BullMQ wants it. The producer's connection tells that Redis is away. */
export function workerConnection(url: string): Redis {
  const redis = connect(url, { maxRetriesPerRequest: null })
  // Without a listener an error would end the process.
  redis.on('error', () => undefined)
  return redis
}

function connect(url: string, options: RedisOptions): Redis {
  return new Redis(url, { ...options, retryStrategy })
}

/** One line when Redis goes away and one when it is back, not one per attempt to reach it. */
function reportOnce(redis: Redis, logger: JobsLogger): void {
  let away = false
  redis.on('error', (error) => {
    if (!away)
      logger.warn({ error: error.message }, 'the reply queue cannot reach Redis; replies wait in memory')
    away = true
  })
  redis.on('ready', () => {
    if (away) logger.info({}, 'the reply queue is back')
    away = false
  })
}
