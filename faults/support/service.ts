import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { connectRedis, publishSnapshot } from '@parley/config-feed'
import { defaultInstanceSettings, type InstanceSnapshot, readSnapshot } from '@parley/contracts'
import { type EmbeddedServer, freePort, isAlive, lastLines, startRedis, waitUntil } from '@parley/embedded'
import { cleanUp, freePortRange } from '@parley/testkit'

const root = dirname(dirname(import.meta.dirname))
const readyTimeoutMs = 20_000
const endTimeoutMs = 12_000
const jobKey = /^bull:reply:[0-9a-f]{64}$/
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/**
 * The data plane as a process of its own beside a Redis with an append-only file (everysec), with one anonymous instance. A data
 * plane that ends is started again at once, as its supervisor would; Redis stays away until it is started again.
 */
export class FaultService {
  readonly instanceId = 'mqtt-faults00'
  readonly mqttPort: number
  readonly #dir: string
  readonly #edgePort: number
  #redis: EmbeddedServer
  #node: ChildProcess | undefined
  #stopping = false
  /** How often the data plane was started. */
  starts = 0

  private constructor(dir: string, redis: EmbeddedServer, mqttPort: number, edgePort: number) {
    this.#dir = dir
    this.#redis = redis
    this.mqttPort = mqttPort
    this.#edgePort = edgePort
  }

  /** Both are ended when the test is over. */
  static async start(): Promise<FaultService> {
    const dir = mkdtempSync(join(tmpdir(), 'parley-faults-'))
    const redis = await startRedis({ dir: join(dir, 'redis'), detached: false })
    const service = new FaultService(dir, redis, await freePortRange(1), await freePort())
    cleanUp(() => service.#end())
    await service.#publish()
    mkdirSync(join(dir, 'node'))
    service.#startNode()
    await service.nodeReady()
    return service
  }

  get nodePid(): number {
    return this.#node!.pid!
  }

  log(): string {
    return readFileSync(this.#logFile, 'utf8')
  }

  /** `kill -9` of the data plane; resolves when it is gone, and the next one is being started. */
  async killNode(): Promise<void> {
    const node = this.#node!
    node.kill('SIGKILL')
    await must('the data plane is gone', () => this.#node !== node)
  }

  /** Its port of the instance is open. */
  async nodeReady(): Promise<void> {
    if (!(await waitUntil(() => listens(this.mqttPort), readyTimeoutMs))) {
      throw new Error(`the data plane did not start:\n${lastLines(this.log(), 20)}`)
    }
  }

  async killRedis(): Promise<void> {
    await this.#endRedis('SIGKILL')
  }

  /** As an operator would: what it acknowledged is on the disk. */
  async stopRedis(): Promise<void> {
    await this.#redis.stop()
  }

  /** On the same port, with the data it had. */
  async startRedis(): Promise<void> {
    this.#redis = await startRedis({
      dir: join(this.#dir, 'redis'),
      port: this.#redis.port,
      detached: false
    })
  }

  /** Replies that are jobs, finished ones included. */
  async replyJobs(): Promise<number> {
    const names = await this.#inRedis((redis) => redis.keys('bull:reply:*'))
    return names.filter((name) => jobKey.test(name)).length
  }

  /** Connections stay open and nothing is answered; resolves when it does nothing any more. */
  async freezeRedis(): Promise<void> {
    const { pid } = this.#redis
    process.kill(pid, 'SIGSTOP')
    await must('Redis is stopped', () => isStopped(pid))
  }

  thawRedis(): void {
    process.kill(this.#redis.pid, 'SIGCONT')
  }

  get #logFile(): string {
    return join(this.#dir, 'node.log')
  }

  async #endRedis(signal: NodeJS.Signals): Promise<void> {
    const { pid } = this.#redis
    if (isAlive(pid)) process.kill(pid, signal)
    await must('Redis is gone', () => !isAlive(pid))
  }

  #startNode(): void {
    this.starts++
    const logFd = openSync(this.#logFile, 'a')
    const args = ['--conditions=source', '--import', 'tsx', join(root, 'apps/data-plane/src/main.ts')]
    const node = spawn(process.execPath, args, {
      cwd: root,
      env: this.#environment(),
      stdio: ['ignore', logFd, logFd, 'ipc']
    })
    closeSync(logFd)
    this.#node = node
    node.once('exit', () => {
      this.#node = undefined
      if (!this.#stopping) this.#startNode()
    })
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      REDIS_URL: this.#redis.url,
      PARLEY_DATA_DIR: join(this.#dir, 'node'),
      PARLEY_BIND: '127.0.0.1',
      PARLEY_EDGE_PORT: String(this.#edgePort),
      PARLEY_NODE_NAME: 'faults',
      PARLEY_LOG_LEVEL: 'info'
    }
  }

  async #publish(): Promise<void> {
    await this.#inRedis((redis) => publishSnapshot(redis, this.#snapshot()))
  }

  async #inRedis<T>(ask: (redis: ReturnType<typeof connectRedis>) => Promise<T>): Promise<T> {
    const redis = connectRedis(this.#redis.url, silent, 'faults')
    try {
      await once(redis, 'ready')
      return await ask(redis)
    } finally {
      redis.disconnect()
    }
  }

  /** As it is read: what is left out takes its default. Requesters of 3.1.1 have their Response Topic from a rule. */
  #snapshot(): InstanceSnapshot {
    const actions = { responseTopic: 'replies/${clientId}', correlationData: '${payload.id}' }
    const rule = {
      id: 'rule-0',
      name: 'rule-0',
      condition: { clientId: 'old-*', username: '*', topic: 'cmd/#' },
      actions,
      override: false,
      priority: 100,
      status: 'active',
      createdAt: new Date(0).toISOString()
    }
    const settings = defaultInstanceSettings()
    settings.authentication.anonymous = true
    // All that is on its way may wait for one client: an overflow would be a drop, not a fault.
    Object.assign(settings.limits, { queuedMessagesMax: 100_000, queuedBytesMax: 64 * 1_048_576 })
    const fields = {
      instanceId: this.instanceId,
      tenantId: 'faults',
      epoch: 1,
      revision: 1,
      deleted: false,
      status: 'running',
      mqttPort: this.mqttPort,
      settings,
      rules: [rule]
    }
    const reading = readSnapshot(JSON.stringify(fields))
    if ('problem' in reading) throw new Error(`the snapshot is not valid: ${reading.problem}`)
    return reading.snapshot
  }

  async #end(): Promise<void> {
    this.#stopping = true
    const node = this.#node
    node?.kill('SIGKILL')
    await must('the data plane is gone', () => node === undefined || this.#node === undefined)
    await this.#endRedis('SIGKILL')
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

/** By a connection: to open the port for a look could take it from the data plane. */
async function listens(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

function isStopped(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim().startsWith('T')
}

async function must(what: string, condition: () => boolean): Promise<void> {
  if (!(await waitUntil(condition, endTimeoutMs))) throw new Error(`not within ${endTimeoutMs} ms: ${what}`)
}
