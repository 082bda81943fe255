import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { connectRedis, publishSnapshot } from '@parley/config-feed'
import { defaultInstanceSettings, type InstanceSnapshot } from '@parley/contracts'
import { dataPlaneProgram, freePort, startRedis } from '@parley/embedded'
import { type PersistentBroker, startPersistentBroker } from './persistent-broker.js'

const root = dirname(import.meta.dirname)
const instanceId = 'mqtt-bench000'
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** One compiled data-plane node that serves one anonymous instance with the default settings, and a Redis of its own. */
export async function startParley(dir: string): Promise<PersistentBroker> {
  mkdirSync(dir, { recursive: true })
  const redis = await startRedis({ dir: join(dir, 'redis') })
  const port = await freePort()
  try {
    await publishInstance(redis.url, port)
  } catch (error) {
    await redis.stop()
    throw error
  }
  const env = {
    ...process.env,
    REDIS_URL: redis.url,
    PARLEY_DATA_DIR: join(dir, 'node'),
    PARLEY_BIND: '127.0.0.1',
    PARLEY_EDGE_PORT: String(await freePort()),
    PARLEY_LOG_LEVEL: 'warn'
  }
  const command = { program: process.execPath, args: dataPlaneProgram(root), env }
  const sessionKeys = (prefix: string): string => `{${instanceId}}:session:${prefix}*`
  return startPersistentBroker({ name: 'Parley', port, command, redis, sessionKeys })
}

async function publishInstance(redisUrl: string, mqttPort: number): Promise<void> {
  const settings = defaultInstanceSettings()
  settings.authentication.anonymous = true
  const snapshot: InstanceSnapshot = {
    instanceId,
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
