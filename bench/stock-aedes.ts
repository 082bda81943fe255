import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startRedis } from '@parley/embedded'
import { type PersistentBroker, startPersistentBroker } from './persistent-broker.js'

/** Stock Aedes with its Redis plug-ins, which lets everybody in, and a Redis of its own. */
export async function startStockAedes(dir: string): Promise<PersistentBroker> {
  mkdirSync(dir, { recursive: true })
  const redis = await startRedis({ dir: join(dir, 'redis') })
  const port = await freePort()
  const env = { ...process.env, REDIS_PORT: String(redis.port), MQTT_PORT: String(port) }
  const command = {
    program: process.execPath,
    args: [join(import.meta.dirname, 'stock-aedes-process.mjs')],
    env
  }
  const sessionKeys = (prefix: string): string => `client:${prefix}*`
  return startPersistentBroker({ name: 'Aedes', port, command, redis, sessionKeys })
}
