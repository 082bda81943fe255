import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { connectRedis } from '@parley/config-feed'
import type { InstanceSnapshot, InstanceStatus } from '@parley/contracts'
import { reasonCodes } from '@parley/mqtt-wire'
import {
  cleanUp,
  connectProbe,
  eventually,
  freePortRange,
  MqttProbe,
  type ProbeConnect,
  type ProbeOptions
} from '@parley/testkit'
import type { Redis } from 'ioredis'
import { type Logger, pino } from 'pino'
import { expect } from 'vitest'
import type { Credentials } from '../../src/auth/credentials.js'
import type { ReplyRetries } from '../../src/auto-reply/auto-reply.js'
import type { InstanceBroker } from '../../src/broker/instance-broker.js'
import { InstanceDirectory } from '../../src/fleet/instance-directory.js'
import { Admission } from '../../src/listeners/admission.js'
import { Edge } from '../../src/listeners/edge.js'
import { TcpListeners } from '../../src/listeners/tcp-listeners.js'
import type { Counters, DropReason } from '../../src/ops/counters.js'
import { CollectedRetries } from './collected-retries.js'
import {
  newInstanceId,
  type PolicyPatch,
  policies,
  type RulePatch,
  rules,
  type SettingsPatch,
  settings,
  snapshot
} from './snapshot.js'

const bind = '127.0.0.1'
const errorLevel = 50

export interface DataPlaneParts {
  log: Logger
  directory(): InstanceDirectory
}

export interface DataPlaneOptions {
  /** What takes replies that cannot be published at once. Default: they are only collected. */
  replyRetries?: (parts: DataPlaneParts) => ReplyRetries
  /** Where persistent sessions are kept. Default: in memory, or in the Redis that PARLEY_TEST_SESSIONS names. */
  sessions?: Redis
  /** Usernames and passwords. Default: there are none. */
  credentials?: Credentials
  /** Begins connections. Default: as a node does. */
  admission?: Admission
}

/** One node in this process: composed as data-plane.ts does it, but its snapshots come from the test. */
export class TestDataPlane {
  readonly retries = new CollectedRetries()
  readonly admission: Admission
  readonly directory: InstanceDirectory
  readonly edgePort: number
  readonly #listeners: TcpListeners
  readonly #edge: Edge
  /** Lines logged as errors: nothing that a client does may make one. */
  readonly #errors: string[] = []
  readonly #instances: string[] = []
  readonly #stopSteps: (() => Promise<void>)[] = []

  private constructor(
    edgePort: number,
    { replyRetries, sessions, credentials, admission = new Admission() }: DataPlaneOptions
  ) {
    this.admission = admission
    const log = pino({ level: 'error' }, { write: (line: string) => this.#onLog(line) })
    const directory = (): InstanceDirectory => this.directory
    this.edgePort = edgePort
    this.#listeners = new TcpListeners(bind, log, this.admission, (instance, transport) =>
      directory().accept(instance, transport)
    )
    this.directory = new InstanceDirectory(this.#listeners, {
      log,
      replyRetries: replyRetries?.({ log, directory }) ?? this.retries,
      ...(sessions && { sessions }),
      ...(credentials && { credentials })
    })
    this.#edge = new Edge({
      bind,
      port: edgePort,
      log,
      admission: this.admission,
      findInstance: (id) => directory().instance(id),
      accept: (instance, transport) => directory().accept(instance, transport)
    })
  }

  /** Starts one for this test; it is stopped with it. A client that is left, or a logged error, fails the test. */
  static async start(options: DataPlaneOptions = {}): Promise<TestDataPlane> {
    const plane = new TestDataPlane(await freePortRange(1), { ...options, ...(await sessionsOf(options)) })
    await plane.#edge.listen()
    cleanUp(() => plane.#stop())
    return plane
  }

  /** A new running instance whose endpoint is open; with an id: one that another node had. */
  async instance(options: InstanceOptions = {}, id = newInstanceId()): Promise<TestInstance> {
    const instance = new TestInstance(this, id, await freePortRange(1))
    await instance.change(options)
    return instance
  }

  /** Runs when the node stops, after its clients are gone. */
  onStop(step: () => Promise<void>): void {
    this.#stopSteps.push(step)
  }

  async #stop(): Promise<void> {
    await eventually(() => expect(this.#connections()).toBe(0), { message: 'every connection is closed' })
    await this.directory.stop(reasonCodes.serverShuttingDown)
    await this.#edge.close()
    for (const step of this.#stopSteps) await step()
    expect(this.#errors).toEqual([])
  }

  #connections(): number {
    return this.#instances.reduce(
      (sum, id) => sum + (this.directory.openBroker(id)?.connections.size ?? 0),
      0
    )
  }

  /** Applies what the control plane would say, and waits until the endpoint is open or closed. */
  async apply(next: InstanceSnapshot): Promise<void> {
    if (!this.#instances.includes(next.instanceId)) this.#instances.push(next.instanceId)
    this.directory.apply(next)
    await nextTurn()
  }

  #onLog(line: string): void {
    if ((JSON.parse(line) as { level: number }).level >= errorLevel) this.#errors.push(line)
  }
}

let everyonesRedis: Redis | undefined

/** One connection serves every test of the process: instances have ids of their own. */
async function sessionsOf({ sessions }: DataPlaneOptions): Promise<Pick<DataPlaneOptions, 'sessions'>> {
  const url = process.env.PARLEY_TEST_SESSIONS
  if (sessions) return { sessions }
  if (!url) return {}
  if (!everyonesRedis) {
    everyonesRedis = connectRedis(url, pino({ level: 'error' }), 'tests')
    await once(everyonesRedis, 'ready')
  }
  return { sessions: everyonesRedis }
}

export interface InstanceOptions extends SettingsPatch {
  rules?: RulePatch[]
  policies?: PolicyPatch[]
  usersRevision?: number
  mqttPort?: number
  status?: InstanceStatus
  deleted?: boolean
}

/** One instance of a test, and its clients. */
export class TestInstance {
  readonly plane: TestDataPlane
  readonly id: string
  #snapshot: InstanceSnapshot

  constructor(plane: TestDataPlane, id: string, port: number) {
    this.plane = plane
    this.id = id
    this.#snapshot = { ...snapshot(id, port), revision: 0 }
  }

  /** The next revision: what is left out takes its default again; rules, policies, revision of the users and port stay. */
  async change(options: InstanceOptions) {
    const { rules: patches, policies: allowed, usersRevision, mqttPort, ...others } = options
    const { status = 'running', deleted = false, ...patch } = others
    const { revision, rules: before, policies: policiesBefore, usersRevision: usersBefore } = this.#snapshot
    this.#snapshot = {
      ...this.#snapshot,
      mqttPort: mqttPort ?? this.#snapshot.mqttPort,
      revision: revision + 1,
      status,
      deleted,
      settings: settings(patch),
      rules: patches ? rules(patches) : before,
      policies: allowed ? policies(allowed) : policiesBefore,
      usersRevision: usersRevision ?? usersBefore
    }
    await this.plane.apply(this.#snapshot)
  }

  get port(): number {
    return this.#snapshot.mqttPort
  }

  get counters(): Counters {
    return this.plane.directory.instance(this.id)!.counters
  }

  drops(reason: DropReason): number {
    return this.counters.drops[reason]
  }

  get broker(): InstanceBroker {
    return this.plane.directory.openBroker(this.id)!
  }

  /** What the once-a-second look at what is overdue does, as if so much time had passed. */
  sweepIn(ms: number): void {
    this.plane.directory.sweep(Date.now() + ms)
  }

  /** A connection that has said nothing yet. */
  open(options?: ProbeOptions): Promise<MqttProbe> {
    return MqttProbe.open(this.port, bind, options)
  }

  /** A client that was let in. */
  connect(options?: ProbeConnect & ProbeOptions): Promise<MqttProbe> {
    return connectProbe(this.port, options)
  }
}

/** A node of its own with one running instance. */
export async function startInstance(options: InstanceOptions = {}): Promise<TestInstance> {
  return (await TestDataPlane.start()).instance(options)
}
