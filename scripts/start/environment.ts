import { join, resolve } from 'node:path'
import { dataPlaneProgram } from '@parley/embedded'
import { StartError } from './start-error.js'

/** What the environment says, checked and with its defaults. The only place of `npm start` that reads it. */
export interface Settings {
  /** The repository. */
  root: string
  dataDir: string
  /** Where the API listens. */
  host: string
  /** Where the data plane listens. */
  bind: string
  /** 0: any free one. */
  httpPort: number
  edgePort: number
  mqttPorts: { first: number; last: number }
  /** Undefined: embedded. */
  databaseUrl: string | undefined
  redisUrl: string | undefined
  /** What the child processes inherit. */
  inherited: NodeJS.ProcessEnv
}

const portMax = 65_535
/** One node on a machine of its own: a fixed name, so that a restart finds its own state. */
const nodeNameDefault = 'node-1'

/** Reads the variables of .env.example. Throws a `StartError` that names the one that is wrong. */
export function readSettings(root: string, env: NodeJS.ProcessEnv = process.env): Settings {
  const host = env.PARLEY_HOST || '127.0.0.1'
  const httpPort = readPort('PARLEY_HTTP_PORT', env.PARLEY_HTTP_PORT || '8080')
  const edgePort = readPort('PARLEY_EDGE_PORT', env.PARLEY_EDGE_PORT || '8083')
  if (httpPort === edgePort && httpPort !== 0) {
    throw new StartError(`PARLEY_HTTP_PORT and PARLEY_EDGE_PORT are both ${httpPort}: give them two ports.`)
  }
  return {
    root,
    dataDir: resolve(root, env.PARLEY_DATA_DIR || '.parley'),
    host,
    bind: env.PARLEY_BIND || host,
    httpPort,
    edgePort,
    mqttPorts: readRange('PARLEY_MQTT_PORTS', env.PARLEY_MQTT_PORTS || '21000-25999'),
    databaseUrl: env.DATABASE_URL || undefined,
    redisUrl: env.REDIS_URL || undefined,
    inherited: env
  }
}

/** The two processes that `npm start` runs, and the variables of each. */
export interface Process {
  name: string
  /** Of `node`. */
  args: string[]
  env: NodeJS.ProcessEnv
}

/** The control plane: the only one that is told where Postgres is. */
export function apiProcess(settings: Settings, databaseUrl: string, redisUrl: string): Process {
  const env = { ...common(settings, redisUrl), DATABASE_URL: databaseUrl }
  return { name: 'api', args: [join(settings.root, 'apps/api/dist/main.js')], env }
}

/** A node of the data plane. */
export function dataPlaneProcess(settings: Settings, redisUrl: string): Process {
  const { DATABASE_URL: _, ...env } = common(settings, redisUrl)
  env.PARLEY_NODE_NAME ||= nodeNameDefault
  return { name: 'data-plane', args: dataPlaneProgram(settings.root), env }
}

function common({ inherited, dataDir, edgePort }: Settings, redisUrl: string): NodeJS.ProcessEnv {
  return { ...inherited, REDIS_URL: redisUrl, PARLEY_DATA_DIR: dataDir, PARLEY_EDGE_PORT: String(edgePort) }
}

/** The host to connect to for an address to listen on: "every address" is none that one can connect to. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return host.includes(':') ? `[${host}]` : host
}

function readPort(name: string, text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= portMax) return port
  throw new StartError(`${name} must be a port number from 0 to ${portMax}, not "${text}".`)
}

function readRange(name: string, text: string): { first: number; last: number } {
  const match = /^(\d+)-(\d+)$/.exec(text)
  const [first, last] = [Number(match?.[1]), Number(match?.[2])]
  if (match && first >= 1 && first <= last && last <= portMax) return { first, last }
  throw new StartError(`${name} must be a range of ports such as 21000-25999, not "${text}".`)
}
