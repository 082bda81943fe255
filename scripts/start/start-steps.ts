import { join } from 'node:path'
import { devFileName } from '@parley/contracts'
import { createDatabase, migrate } from '@parley/database'
import { freePort, startPostgres, startRedis, waitUntil } from '@parley/embedded'
import { readOrMakeCredentials } from './credentials.js'
import { demoPort, ensureDemoInstance, ensureDemoTenant } from './demo-tenant.js'
import { removeDevFile, writeDevFile } from './dev-file.js'
import { apiProcess, dataPlaneProcess, reachable } from './environment.js'
import { claimFolder } from './lock.js'
import { assertPortFree, waitUntilAccepts } from './ports.js'
import type { Run } from './run.js'
import { checkDatabase, checkRedis, WatchedServer } from './servers.js'
import { StartError } from './start-error.js'
import type { Step } from './steps.js'
import { Supervised } from './supervisor.js'

const healthTimeoutMs = 10_000

/** What `npm start` does, in this order. */
export const startSteps: Step<Run>[] = [
  { name: 'data folder', run: claimDataFolder },
  { name: 'ports', run: checkPorts },
  { name: 'Postgres and Redis', run: startServers },
  { name: 'migrations and demo tenant', run: prepareDatabase },
  { name: 'API and data plane', run: startProcesses },
  { name: 'demo instance', run: prepareDemoInstance },
  { name: 'dev file', run: publishAddresses }
]

function claimDataFolder(run: Run): string {
  run.lock = claimFolder(run.settings.dataDir)
  removeDevFile(run.settings.dataDir)
  return run.settings.dataDir
}

async function checkPorts({ settings, lock }: Run): Promise<string> {
  const patient = lock!.healed
  const wanted = [
    { variable: 'PARLEY_HTTP_PORT', port: settings.httpPort, host: settings.host },
    { variable: 'PARLEY_EDGE_PORT', port: settings.edgePort, host: settings.bind }
  ]
  for (const { variable, port, host } of wanted) {
    const sentence = `Port ${port} of ${host} is taken by another process: set ${variable} to a free port.`
    if (port) await assertPortFree(port, host, patient, sentence)
  }
  settings.edgePort ||= await freePort(settings.bind)
  return `${settings.httpPort || 'any'} (HTTP), ${settings.edgePort} (edge)`
}

async function startServers(run: Run): Promise<string> {
  const notes = await allOf([startDatabaseServer(run), startRedisServer(run)])
  return notes.join(', ')
}

async function startDatabaseServer(run: Run): Promise<string> {
  const { databaseUrl, dataDir } = run.settings
  if (databaseUrl) {
    await checkDatabase(databaseUrl)
    run.databaseUrl = databaseUrl
    return 'Postgres of DATABASE_URL'
  }
  const dir = join(dataDir, 'postgres')
  run.postgres = new WatchedServer('Postgres', (port) => startPostgres({ dir, ...(port ? { port } : {}) }))
  const { url, port, reused } = await run.postgres.start()
  run.databaseUrl = url
  return `Postgres on ${port}${reused ? ' (found running)' : ''}`
}

async function startRedisServer(run: Run): Promise<string> {
  const { redisUrl, dataDir } = run.settings
  if (redisUrl) {
    await checkRedis(redisUrl)
    run.redisUrl = redisUrl
    return 'Redis of REDIS_URL'
  }
  const dir = join(dataDir, 'redis')
  const announce = (text: string) => console.log(`      ${text}`)
  run.redis = new WatchedServer('Redis', (port) => startRedis({ dir, announce, ...(port ? { port } : {}) }))
  const { url, port, reused } = await run.redis.start()
  run.redisUrl = url
  return `Redis on ${port}${reused ? ' (found running)' : ''}`
}

async function prepareDatabase(run: Run): Promise<string> {
  const { dataDir, mqttPorts, bind } = run.settings
  const applied = await migrate(run.databaseUrl!)
  run.credentials = readOrMakeCredentials(dataDir)
  const db = createDatabase(run.databaseUrl!, { poolSize: 1 })
  try {
    await ensureDemoTenant(db, run.credentials)
    const port = await demoPort(db, mqttPorts)
    const sentence = `Port ${port} of ${bind}, which the demo instance needs, is taken by another process: stop that process, or set PARLEY_MQTT_PORTS to a free range such as 31000-31999 (and PARLEY_DATA_DIR to a new folder, if the demo instance has its port already).`
    if (port) await assertPortFree(port, bind, run.lock!.healed, sentence)
  } finally {
    await db.$disconnect()
  }
  return applied.length ? `${applied.length} applied` : ''
}

async function startProcesses(run: Run): Promise<string> {
  const { settings } = run
  const logDir = join(settings.dataDir, 'logs')
  run.api = new Supervised(apiProcess(settings, run.databaseUrl!, run.redisUrl!), logDir)
  run.dataPlane = new Supervised(dataPlaneProcess(settings, run.redisUrl!), logDir)
  const [httpPort] = await allOf([run.api.start(), run.dataPlane.start()])
  // A restart of the API must not move it.
  run.api.setVariable('PARLEY_HTTP_PORT', String(httpPort))
  run.httpPort = httpPort!
  await waitUntilHealthy(`http://${reachable(settings.host)}:${httpPort}/health`)
  return `logs in ${logDir}`
}

async function waitUntilHealthy(url: string): Promise<void> {
  const isHealthy = () =>
    fetch(url).then(
      (response) => response.ok,
      () => false
    )
  if (!(await waitUntil(isHealthy, healthTimeoutMs)))
    throw new StartError(`The API is not healthy: see ${url}.`)
}

async function prepareDemoInstance(run: Run): Promise<string> {
  run.demo = await ensureDemoInstance(`${baseUrl(run)}/api/v1`, run.credentials!.apiKey)
  await waitUntilAccepts(mqttPort(run), reachable(run.settings.bind))
  return run.demo.id
}

function publishAddresses(run: Run): string {
  const { id, endpoints } = run.demo!
  const { dataDir } = run.settings
  run.dev = {
    apiUrl: `${baseUrl(run)}/api/v1`,
    adminUrl: `${baseUrl(run)}/`,
    ...run.credentials!,
    pid: process.pid,
    demo: { instanceId: id, mqttPort: mqttPort(run), wsUrl: endpoints.ws, httpUrl: endpoints.http }
  }
  writeDevFile(dataDir, run.dev)
  return join(dataDir, devFileName)
}

function baseUrl({ settings, httpPort }: Run): string {
  return `http://${reachable(settings.host)}:${httpPort}`
}

function mqttPort({ demo }: Run): number {
  return Number(new URL(demo!.endpoints.mqtt).port)
}

/** Waits for all, also when one fails: nothing may be left half started. Then throws the first failure. */
async function allOf<T>(promises: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises)
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })
}
