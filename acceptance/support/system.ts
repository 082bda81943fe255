import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { hash } from '@node-rs/argon2'
import {
  apiKeyScopes,
  type EnhancementRuleCreate,
  type Instance,
  type InstanceCreate
} from '@parley/contracts'
import { createApiKey, createDatabase, migrate } from '@parley/database'
import { type EmbeddedServer, freePort, startPostgres, startRedis } from '@parley/embedded'
import { eventually } from '@parley/testkit'
import { expect } from 'vitest'
import type { Cleanups } from './cleanups.js'
import { dataFolder } from './data-folder.js'
import { mqttPorts } from './npm-start.js'
import { Rest } from './rest.js'
import { ServiceProcess } from './service-process.js'

const rolloutTimeoutMs = 5_000

/** A person who may sign in to the admin UI. */
export interface Account {
  email: string
  password: string
}

/** Node 1 listens on 127.0.0.1, node 2 on 127.0.0.2, at the same ports. */
export function nodeAddress(number: number): string {
  return `127.0.0.${number}`
}

/** A whole service on servers of its own; each part can be stopped, killed and started again. */
export class System {
  readonly #cleanups: Cleanups
  readonly #dir: string
  readonly #mqttPorts: string
  readonly #edgePort: number
  postgres!: EmbeddedServer
  redis!: EmbeddedServer
  api!: ServiceProcess
  readonly nodes: ServiceProcess[] = []
  /** The API with the key of the first tenant. */
  rest!: Rest

  private constructor(dir: string, mqttPorts: string, edgePort: number, cleanups: Cleanups) {
    this.#dir = dir
    this.#mqttPorts = mqttPorts
    this.#edgePort = edgePort
    this.#cleanups = cleanups
  }

  static async start(cleanups: Cleanups, nodes = 1): Promise<System> {
    const numbers = Array.from({ length: nodes }, (_, index) => index + 1)
    const ports = await mqttPorts(numbers.map(nodeAddress))
    const system = new System(dataFolder(cleanups), ports, await freePort(), cleanups)
    await Promise.all([system.startPostgres(), system.startRedis()])
    await migrate(system.postgres.url)
    await Promise.all([system.startApi(), ...numbers.map((number) => system.startNode(number))])
    system.rest = await system.createTenant('first')
    return system
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.api.port}/api/v1`
  }

  get edgeUrl(): string {
    return `http://127.0.0.1:${this.#edgePort}`
  }

  async startPostgres(): Promise<void> {
    this.postgres = await startPostgres({ dir: this.#folder('postgres'), fast: true })
    this.#cleanups.add(() => this.postgres.stop())
  }

  /** The port stays the same over restarts. */
  async startRedis(): Promise<void> {
    const port = this.redis === undefined ? {} : { port: this.redis.port }
    this.redis = await startRedis({ dir: this.#folder('redis'), ...port })
    this.#cleanups.add(() => this.redis.stop())
  }

  async startApi(): Promise<void> {
    const env = {
      DATABASE_URL: this.postgres.url,
      REDIS_URL: this.redis.url,
      PARLEY_HTTP_PORT: '0',
      PARLEY_EDGE_PORT: String(this.#edgePort),
      PARLEY_MQTT_PORTS: this.#mqttPorts
    }
    this.api = await ServiceProcess.start('api', this.#folder('api'), env, this.#cleanups)
  }

  /** Starts, or starts again, the node of this number (from 1). */
  async startNode(number: number): Promise<void> {
    const env = {
      REDIS_URL: this.redis.url,
      PARLEY_EDGE_PORT: String(this.#edgePort),
      PARLEY_NODE_NAME: `node-${number}`,
      PARLEY_BIND: nodeAddress(number)
    }
    const dir = this.#folder(`node-${number}`)
    this.nodes[number - 1] = await ServiceProcess.start('data-plane', dir, env, this.#cleanups)
  }

  /** A new tenant: the API with a key of its own. */
  async createTenant(name: string): Promise<Rest> {
    const { plain, keyId, ...secret } = createApiKey()
    const database = createDatabase(this.postgres.url, { poolSize: 1 })
    try {
      const { id: tenantId } = await database.tenant.create({ data: { name } })
      const scopes = [...apiKeyScopes]
      await database.apiKey.create({ data: { id: keyId, tenantId, name, scopes, ...secret } })
    } finally {
      await database.$disconnect()
    }
    return new Rest(this.apiUrl, plain)
  }

  /** A person of the tenant of this name. */
  async createAccount(tenant: string, email: string): Promise<Account> {
    const password = `correct horse of ${email}`
    const database = createDatabase(this.postgres.url, { poolSize: 1 })
    try {
      const { id: tenantId } = await database.tenant.findUniqueOrThrow({ where: { name: tenant } })
      await database.adminAccount.create({ data: { tenantId, email, passwordHash: await hash(password) } })
    } finally {
      await database.$disconnect()
    }
    return { email, password }
  }

  /** A new instance with these rules, once every node runs it. */
  async instance(fields: InstanceCreate, rules: EnhancementRuleCreate[] = []): Promise<Instance> {
    const { id } = await this.rest.createInstance(fields)
    for (const rule of rules) await this.rest.createRule(id, rule)
    return this.rolledOut(id)
  }

  /** Waits until every node runs the current revision. */
  rolledOut(instanceId: string, timeoutMs = rolloutTimeoutMs): Promise<Instance> {
    return eventually(
      async () => {
        const instance = await this.rest.instance(instanceId)
        const nodes = this.nodes.length
        expect(instance).toMatchObject({ rollout: { nodes, applied: nodes } })
        return instance
      },
      { message: `${instanceId} runs on every node`, timeoutMs }
    )
  }

  #folder(name: string): string {
    const dir = join(this.#dir, name)
    mkdirSync(dir, { recursive: true })
    chmodSync(dir, 0o755)
    return dir
  }
}
