import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { connectRedis, publishSnapshot } from '@parley/config-feed'
import { defaultInstanceSettings, type InstanceSnapshot } from '@parley/contracts'
import { freePort, startRedis } from '@parley/embedded'
import { type Broker, startBroker } from './broker.js'

const root = dirname(import.meta.dirname)
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** One compiled data-plane node that serves one anonymous instance with the default settings, and a Redis of its own. */
export async function startParley(dir: string): Promise<Broker> {
  mkdirSync(dir, { recursive: true })
  const redis = await startRedis({ dir: join(dir, 'redis') })
  try {
    const mqttPort = await freePort()
    await publishInstance(redis.url, mqttPort)
    const env = {
      ...process.env,
      REDIS_URL: redis.url,
      PARLEY_DATA_DIR: join(dir, 'node'),
      PARLEY_BIND: '127.0.0.1',
      PARLEY_EDGE_PORT: String(await freePort()),
      PARLEY_LOG_LEVEL: 'warn'
    }
    const args = [join(root, 'apps/data-plane/dist/main.js')]
    const node = await startBroker('Parley', mqttPort, { program: process.execPath, args, env })
    const stop = async (): Promise<void> => {
      await node.stop()
      await redis.stop()
    }
    return { ...node, stop }
  } catch (error) {
    await redis.stop()
    throw error
  }
}

async function publishInstance(redisUrl: string, mqttPort: number): Promise<void> {
  const settings = defaultInstanceSettings()
  settings.authentication.anonymous = true
  const snapshot: InstanceSnapshot = {
    instanceId: 'mqtt-bench000',
    tenantId: 'bench',
    epoch: 1,
    revision: 1,
    deleted: false,
    status: 'running',
    mqttPort,
    settings,
    rules: [],
    policies: [],
    usersRevision: 0
  }
  const redis = connectRedis(redisUrl, silent, 'bench')
  try {
    await new Promise<void>((resolve) => redis.once('ready', resolve))
    await publishSnapshot(redis, snapshot)
  } finally {
    redis.disconnect()
  }
}
