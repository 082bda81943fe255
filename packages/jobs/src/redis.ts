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

export interface WorkerConnection {
  readonly redis: Redis
  /** Ends the connection and every copy that was made of it; what waits for an answer fails. */
  disconnect(): void
}

/**
 * For working: waits for Redis, as BullMQ wants it. BullMQ blocks on a copy, which it cannot close while Redis is away:
 * the copies are remembered here, else one of them would keep the process from ending.
 */
export function workerConnection(url: string): WorkerConnection {
  let ending = false
  const redis = connect(url, {
    maxRetriesPerRequest: null,
    retryStrategy: (attempt) => (ending ? null : retryStrategy(attempt))
  })
  const connections = [redis]
  const duplicate = redis.duplicate.bind(redis)
  redis.duplicate = (override) => {
    const copy = duplicate(override)
    connections.push(copy)
    return listen(copy)
  }
  return {
    redis: listen(redis),
    disconnect() {
      ending = true
      for (const connection of connections) end(connection)
    }
  }
}

/**
 * A connection that is told to end while it waits to reconnect does neither, and BullMQ waits for it for ever: one more try,
 * without another after it, ends it properly.
 */
function end(connection: Redis): void {
  const waited = connection.status === 'reconnecting'
  connection.disconnect()
  if (!waited) return
  connection.connect().then(
    () => connection.disconnect(),
    () => undefined
  )
}

/** Without a listener an error would end the process. That Redis is away is told once, by the producer's connection. */
function listen(redis: Redis): Redis {
  return redis.on('error', () => undefined)
}

function connect(url: string, options: RedisOptions): Redis {
  return new Redis(url, { retryStrategy, ...options })
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
