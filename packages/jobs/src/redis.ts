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
export function producerConnection(url: string): Redis {
  return connect(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false
  })
}

/** For working: waits for Redis, as BullMQ wants it. */
export function workerConnection(url: string): Redis {
  return connect(url, { maxRetriesPerRequest: null })
}

function connect(url: string, options: RedisOptions): Redis {
  const redis = new Redis(url, { ...options, retryStrategy })
  // Reported once by the queue that uses it; without a listener an error would end the process.
  redis.on('error', () => undefined)
  return redis
}
