import { Redis, type RedisOptions } from 'ioredis'
import type { FeedLogger } from './feed-logger.js'

/** The longest pause between two attempts to reach Redis: what changed meanwhile must be there within 2 s. */
export const reconnectDelayMaxMs = 500
const connectTimeoutMs = 2_000
/** A command that was sent and is not answered by then has failed (a half-open connection never answers). */
const commandTimeoutMs = 5_000

const followOptions: RedisOptions = {
  connectTimeout: connectTimeoutMs,
  commandTimeout: commandTimeoutMs,
  retryStrategy: (attempt) => Math.min(attempt * 50, reconnectDelayMaxMs),
  maxLoadingRetryTime: reconnectDelayMaxMs,
  // A command fails at once while Redis is away: every caller reads again after the connection is back.
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  // The follower subscribes itself, because it must know when to look for what it missed.
  autoResubscribe: false
}

/** A Redis client that fails fast while Redis is away and is back within half a second after Redis is. */
export function connectRedis(url: string, logger: FeedLogger, connectionName: string): Redis {
  const redis = new Redis(url, { ...followOptions, connectionName })
  let away = false
  redis.on('error', (error) => {
    if (!away) logger.warn({ error: error.message, connectionName }, 'Redis is away')
    away = true
  })
  redis.on('ready', () => {
    if (away) logger.info({ connectionName }, 'Redis is back')
    away = false
  })
  return redis
}
