import type { EmbeddedServer } from '@parley/embedded'
import { Redis } from 'ioredis'
import { type Broker, type Command, startBroker } from './broker.js'

/** A broker that keeps its sessions in a Redis of its own. */
export interface PersistentBroker extends Broker {
  /** Ends the process and starts it again: what it knows then, it has from Redis. */
  restart(): Promise<void>
  /** How many sessions of clients whose ids begin with `prefix` are in Redis. */
  storedSessions(prefix: string): Promise<number>
}

export interface PersistentBrokerOptions {
  name: string
  port: number
  command: Command
  redis: EmbeddedServer
  /** Pattern of the Redis keys that such sessions have, one each. */
  sessionKeys: (prefix: string) => string
}

/** Starts the broker on this Redis, which ends with it, also when it does not start. */
export async function startPersistentBroker(options: PersistentBrokerOptions): Promise<PersistentBroker> {
  const { name, port, command, redis, sessionKeys } = options
  let broker: Broker
  try {
    broker = await startBroker(name, port, command)
  } catch (error) {
    await redis.stop()
    throw error
  }
  return {
    name,
    port,
    storedSessions: (prefix) => countKeys(redis.url, sessionKeys(prefix)),
    async restart() {
      await broker.stop()
      broker = await startBroker(name, port, command)
    },
    async stop() {
      await broker.stop()
      await redis.stop()
    }
  }
}

async function countKeys(redisUrl: string, pattern: string): Promise<number> {
  const redis = new Redis(redisUrl)
  try {
    return (await redis.keys(pattern)).length
  } finally {
    redis.disconnect()
  }
}
