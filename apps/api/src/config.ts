/** A setting that cannot be used: its message is one sentence for the operator. */
export class ConfigError extends Error {}

export interface PortRange {
  first: number
  last: number
}

export interface Config {
  host: string
  httpPort: number
  /** Shown in endpoints. */
  publicHost: string
  mqttPorts: PortRange
  edgePort: number
  logLevel: string
  databaseUrl: string
  redisUrl: string
}

const portMax = 65_535
const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/** Reads the environment; the only place of the API that does. Throws ConfigError. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const host = env.PARLEY_HOST || '127.0.0.1'
  return {
    host,
    httpPort: port('PARLEY_HTTP_PORT', env.PARLEY_HTTP_PORT || '8080'),
    publicHost: env.PARLEY_PUBLIC_HOST || host,
    mqttPorts: range(env.PARLEY_MQTT_PORTS || '21000-25999'),
    edgePort: port('PARLEY_EDGE_PORT', env.PARLEY_EDGE_PORT || '8083'),
    logLevel: logLevel(env.PARLEY_LOG_LEVEL || 'info'),
    databaseUrl: url('DATABASE_URL', env.DATABASE_URL, /^postgres(ql)?:\/\//, 'postgresql://'),
    redisUrl: url('REDIS_URL', env.REDIS_URL, /^rediss?:\/\//, 'redis://')
  }
}

function port(name: string, text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= portMax) return Number(text)
  throw new ConfigError(`${name} must be a port number from 0 to ${portMax}, not "${text}".`)
}

function range(text: string): PortRange {
  const match = /^(\d+)-(\d+)$/.exec(text)
  const [first, last] = [Number(match?.[1]), Number(match?.[2])]
  if (match && first >= 1 && first <= last && last <= portMax) return { first, last }
  throw new ConfigError(`PARLEY_MQTT_PORTS must be a range of ports such as 21000-25999, not "${text}".`)
}

function logLevel(text: string): string {
  if (logLevels.includes(text)) return text
  throw new ConfigError(`PARLEY_LOG_LEVEL must be one of ${logLevels.join(', ')}, not "${text}".`)
}

function url(name: string, text: string | undefined, scheme: RegExp, example: string): string {
  if (text && scheme.test(text)) return text
  if (text) throw new ConfigError(`${name} must begin with ${example}.`)
  throw new ConfigError(`${name} is not set; \`npm start\` sets it, the API alone needs it.`)
}
