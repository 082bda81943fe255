import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApiKey, createDatabase } from '@parley/database'
import { onTestFailed, TestRunner } from 'vitest'
import { freePortRange } from './free-port-range.js'
import { createTestDatabase } from './postgres.js'
import { createTestRedis, type TestRedis } from './redis.js'
import { ServiceProcess } from './service-process.js'

export interface SystemOptions {
  /** How many data planes; number n listens on 127.0.0.n, all at the same ports. Default 1. */
  dataPlanes?: number
  /** More environment for every process. */
  env?: Record<string, string>
  /** How many ports instances may have. Default 20. */
  mqttPorts?: number
}

export interface ApiAnswer<T> {
  status: number
  headers: Headers
  body: T
}

export interface SystemDataPlane {
  readonly pid: number
  readonly host: string
  readonly edgePort: number
  readonly nodeName: string
  /** Sends a signal (default SIGKILL) and waits until the process is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again, in the same place, and waits until it is ready. */
  restart(): Promise<void>
}

/** The whole service as processes, on a database and a Redis of its own. */
export interface System {
  /** With `/api/v1`. */
  readonly apiUrl: string
  readonly apiKey: string
  readonly tenantId: string
  readonly dataPlanes: readonly SystemDataPlane[]
  readonly redis: Pick<TestRedis, 'url' | 'stop' | 'flush'> & { restart(): Promise<void> }
  /** One request, with the key of the first tenant unless another is given. */
  api<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    apiKey?: string
  ): Promise<ApiAnswer<T>>
  /** Another customer; answers its API key. */
  newTenant(): Promise<string>
  /** What the processes wrote. */
  logs(): string
  /** For `afterEach`: prints the logs when the test failed. */
  printLogsIfFailed(context: { task: { result?: { state?: string } } }): void
  /** Ends everything that was started. */
  stop(): Promise<void>
}

const mqttPortsDefault = 20
const apiBase = '/api/v1'

/** Starts the API and its data planes. The caller stops it, in `afterAll` or at the end of its test. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { dataPlanes: count = 1, env = {}, mqttPorts = mqttPortsDefault } = options
  const hosts = Array.from({ length: count }, (_, index) => `127.0.0.${index + 1}`)
  const dir = mkdtempSync(join(tmpdir(), 'parley-system-'))
  const firstPort = await freePortRange(mqttPorts + 1, hosts)
  const edgePort = firstPort + mqttPorts
  const [database, redis] = await Promise.all([createTestDatabase(), createTestRedis()])
  const everywhere = { REDIS_URL: redis.url, PARLEY_EDGE_PORT: String(edgePort), ...env }

  const api = new ServiceProcess('api', 'api', {
    DATABASE_URL: database.url,
    PARLEY_DATA_DIR: join(dir, 'api'),
    PARLEY_HTTP_PORT: '0',
    PARLEY_MQTT_PORTS: `${firstPort}-${firstPort + mqttPorts - 1}`,
    ...everywhere
  })
  const nodes = hosts.map((host, index) => {
    const nodeName = `node-${index + 1}`
    const service = new ServiceProcess('data-plane', nodeName, {
      PARLEY_DATA_DIR: join(dir, nodeName),
      PARLEY_BIND: host,
      PARLEY_NODE_NAME: nodeName,
      ...everywhere
    })
    return { service, host, nodeName }
  })
  const services = [api, ...nodes.map(({ service }) => service)]
  const logs = (): string => services.map(({ name, log }) => `--- ${name}\n${log}`).join('\n')

  async function stop(): Promise<void> {
    const stopped = await Promise.allSettled(services.map((service) => service.stop()))
    await redis.end()
    await database.drop()
    rmSync(dir, { recursive: true, force: true })
    const failures = stopped.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
    if (failures.length > 0)
      throw new AggregateError(failures, `${failures.map(String).join('; ')}\n${logs()}`)
  }

  async function createTenant(): Promise<{ tenantId: string; apiKey: string }> {
    const { plain, keyId, ...secret } = createApiKey()
    const client = createDatabase(database.url, { poolSize: 1 })
    try {
      const { id: tenantId } = await client.tenant.create({ data: { name: `tenant-${keyId}` } })
      await client.apiKey.create({ data: { id: keyId, tenantId, name: 'test', ...secret } })
      return { tenantId, apiKey: plain }
    } finally {
      await client.$disconnect()
    }
  }

  if (TestRunner.getCurrentTest()) onTestFailed(() => console.error(logs()))
  try {
    await Promise.all(services.map((service) => service.start()))
    const apiUrl = `http://127.0.0.1:${api.port}${apiBase}`
    const first = await createTenant()
    return {
      ...first,
      apiUrl,
      dataPlanes: nodes.map(({ service, host, nodeName }) => ({
        get pid() {
          return service.pid
        },
        host,
        edgePort,
        nodeName,
        kill: (signal) => service.kill(signal),
        restart: () => service.start()
      })),
      redis: { url: redis.url, stop: redis.stop, restart: redis.start, flush: redis.flush },
      api: (method, path, body, apiKey = first.apiKey) => ask(`${apiUrl}${path}`, { method, body, apiKey }),
      newTenant: async () => (await createTenant()).apiKey,
      logs,
      printLogsIfFailed: ({ task }) => {
        if (task.result?.state === 'fail') console.error(logs())
      },
      stop
    }
  } catch (error) {
    await stop()
    throw error
  }
}

interface Asking {
  method: string
  body: unknown
  apiKey: string
}

async function ask<T>(url: string, { method, body, apiKey }: Asking): Promise<ApiAnswer<T>> {
  const response = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' })
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  const text = await response.text()
  const { status, headers } = response
  return { status, headers, body: (text === '' ? undefined : JSON.parse(text)) as T }
}
