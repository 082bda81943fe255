import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRedis, publishSnapshot, replaceUsers } from '@parley/config-feed'
import {
  defaultInstanceSettings,
  type InstanceSnapshot,
  readSnapshot,
  type StoredUser
} from '@parley/contracts'
import { type EmbeddedServer, freePort, startRedis } from '@parley/embedded'
import type { Redis } from 'ioredis'
import { NodeProcess } from './node-process.js'
import { SoakError } from './options.js'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const version = { epoch: 1, revision: 1 }

export interface FleetInstance {
  id: string
  mqttPort: number
  /** Lets everybody in; else its users only. */
  anonymous: boolean
}

/** Many instances on one node, which can be killed and started again, and a Redis of its own that stays. */
export class SoakFleet {
  readonly #dir: string
  readonly #server: EmbeddedServer
  readonly #redis: Redis
  readonly #edgePort: number
  #node: NodeProcess | undefined

  private constructor(dir: string, server: EmbeddedServer, redis: Redis, edgePort: number) {
    this.#dir = dir
    this.#server = server
    this.#redis = redis
    this.#edgePort = edgePort
  }

  /** Starts Redis and runs `use`; whatever happens, Redis and node are ended. */
  static async use(use: (fleet: SoakFleet) => Promise<void>): Promise<void> {
    const dir = mkdtempSync(join(tmpdir(), 'parley-soak-'))
    const server = await startRedis({ dir: join(dir, 'redis'), detached: false })
    const redis = connectRedis(server.url, silent, 'soak')
    const fleet = new SoakFleet(dir, server, redis, await freePort())
    try {
      await new Promise<void>((resolve) => redis.once('ready', resolve))
      await use(fleet)
    } finally {
      await fleet.#node?.stop()
      redis.disconnect()
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    }
  }

  get node(): NodeProcess {
    return this.#node!
  }

  /** What a control plane would have written of it. */
  async publish(instance: FleetInstance): Promise<void> {
    await publishSnapshot(this.#redis, snapshotOf(instance))
  }

  async writeUsers(instanceId: string, users: ReadonlyMap<string, StoredUser>): Promise<void> {
    await replaceUsers(this.#redis, instanceId, [users], version)
  }

  /** Starts the node, again on what it left; it does not wait until it is ready. */
  spawnNode(): NodeProcess {
    const options = { dir: this.#dir, redisUrl: this.#server.url, edgePort: this.#edgePort }
    this.#node = NodeProcess.spawn(options)
    return this.#node
  }
}

/** As it is read: what is left out takes its default. */
function snapshotOf({ id, mqttPort, anonymous }: FleetInstance): InstanceSnapshot {
  const settings = defaultInstanceSettings()
  settings.authentication.anonymous = anonymous
  const fields = {
    ...version,
    instanceId: id,
    tenantId: 'soak',
    deleted: false,
    status: 'running',
    mqttPort,
    settings,
    rules: [],
    usersRevision: anonymous ? 0 : version.revision
  }
  const reading = readSnapshot(JSON.stringify(fields))
  if ('problem' in reading) throw new SoakError(`The snapshot is not valid: ${reading.problem}.`)
  return reading.snapshot
}
