import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'

/** A setting that cannot be used: its message is one sentence for the operator. */
export class ConfigError extends Error {}

export interface Config {
  dataDir: string
  nodeName: string
  bind: string
  edgePort: number
  redisUrl: string
  logLevel: string
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
const nodeNameSuffixBytes = 4

/** Reads the environment; the only place of the data plane that does. Throws ConfigError. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const host = env.PARLEY_HOST || '127.0.0.1'
  const dataDir = resolve(env.PARLEY_DATA_DIR || '.parley')
  if ((env.PARLEY_WORKERS || '1') !== '1') {
    throw new ConfigError(
      'PARLEY_WORKERS must be 1: start more data planes under other PARLEY_NODE_NAMEs instead.'
    )
  }
  return {
    dataDir,
    nodeName: nodeName(env.PARLEY_NODE_NAME),
    bind: env.PARLEY_BIND || host,
    edgePort: port('PARLEY_EDGE_PORT', env.PARLEY_EDGE_PORT, 8083),
    redisUrl: redisUrl(env.REDIS_URL, dataDir),
    logLevel: logLevel(env.PARLEY_LOG_LEVEL)
  }
}

function nodeName(given: string | undefined): string {
  if (!given) return `${hostname()}-${randomBytes(nodeNameSuffixBytes).toString('hex')}`
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(given)) {
    throw new ConfigError('PARLEY_NODE_NAME must be 1 to 64 letters, digits, dots, dashes or underscores.')
  }
  return given
}

function port(name: string, given: string | undefined, fallback: number): number {
  if (!given) return fallback
  const value = Number(given)
  if (!Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new ConfigError(`${name} must be a port number, 0 to 65535; it is "${given}".`)
  }
  return value
}

/** Without REDIS_URL: the Redis that `npm start` runs for this data folder, where it keeps the port. */
function redisUrl(given: string | undefined, dataDir: string): string {
  if (given) {
    if (/^rediss?:\/\//.test(given)) return given
    throw new ConfigError('REDIS_URL must begin with redis:// or rediss://.')
  }
  const portFile = join(dataDir, 'redis', 'port')
  const text = existsSync(portFile) ? readFileSync(portFile, 'utf8').trim() : ''
  if (/^\d+$/.test(text)) return `redis://127.0.0.1:${text}`
  throw new ConfigError(
    `REDIS_URL is not set, and no \`npm start\` has run a Redis for ${dataDir}: set REDIS_URL, such as redis://127.0.0.1:6379.`
  )
}

function logLevel(given: string | undefined): string {
  const level = given || 'info'
  if (!logLevels.includes(level))
    throw new ConfigError(`PARLEY_LOG_LEVEL must be one of ${logLevels.join(', ')}.`)
  return level
}
