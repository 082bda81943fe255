import type { InstanceSnapshot } from '@parley/contracts'
import { reasonCodes } from '@parley/mqtt-wire'
import type { Logger } from 'pino'
import { type BrokerDependencies, InstanceBroker } from '../broker/instance-broker.js'
import type { Transport } from '../listeners/transport.js'
import { forgetInstance, isAnythingKept } from '../store/redis/kept-instances.js'
import { Instance } from './instance.js'

const sweepIntervalMs = 1_000
/** A broker that has been idle for this long is closed. */
const idleSweepsMax = 30

/** Opens and closes what an instance listens on. */
export interface EndpointListener {
  open(instance: Instance): void
  close(instance: Instance): Promise<void>
}

interface BrokerEntry {
  broker: InstanceBroker
  idleSweeps: number
}

/**
 * The instances that this node serves, and the brokers of those that have clients. A snapshot makes, changes or ends an
 * instance; a broker is made by the first connection and closed when nothing is left in it.
 */
export class InstanceDirectory {
  readonly #instances = new Map<string, Instance>()
  readonly #brokers = new Map<string, BrokerEntry>()
  readonly #endpoints: EndpointListener
  readonly #dependencies: BrokerDependencies
  readonly #log: Logger
  #sweep: NodeJS.Timeout | undefined
  #stopped = false

  constructor(endpoints: EndpointListener, dependencies: BrokerDependencies) {
    this.#endpoints = endpoints
    this.#dependencies = dependencies
    this.#log = dependencies.log
  }

  start(): void {
    this.#sweep = setInterval(() => this.sweep(Date.now()), sweepIntervalMs)
  }

  /** The instance of this id; undefined when this node knows none, or it was deleted. */
  instance(id: string): Instance | undefined {
    return this.#instances.get(id)
  }

  /** Every instance that this node serves. */
  instances(): Iterable<Instance> {
    return this.#instances.values()
  }

  /** The broker of this instance when somebody made it: where retries look for waiting requesters. */
  openBroker(id: string): InstanceBroker | undefined {
    return this.#brokers.get(id)?.broker
  }

  /** A client connected to this instance's endpoint; the first one makes the broker. */
  accept(instance: Instance, transport: Transport): void {
    if (this.#stopped) {
      transport.destroy()
      return
    }
    const entry = this.#brokers.get(instance.id) ?? this.#makeBroker(instance)
    entry.idleSweeps = 0
    entry.broker.handle(transport)
  }

  #makeBroker(instance: Instance): BrokerEntry {
    const log = this.#log.child({ tenantId: instance.tenantId, instanceId: instance.id })
    const broker = new InstanceBroker(instance, { ...this.#dependencies, log })
    // Aedes is open for publishes at once; what it still sets up are its own heartbeat listeners.
    broker
      .listen()
      .catch((error: unknown) => log.error({ err: error }, 'the heartbeat of the broker did not start'))
    const entry: BrokerEntry = { broker, idleSweeps: 0 }
    this.#brokers.set(instance.id, entry)
    return entry
  }

  /** Takes what the control plane says of one instance. Live with the next packet of each of its clients. */
  apply(snapshot: InstanceSnapshot): void {
    const known = this.#instances.get(snapshot.instanceId)
    if (snapshot.deleted) {
      if (known) {
        // Whoever still holds it sees that it is over.
        known.apply(snapshot)
        this.#end(known).then(
          () => this.#forget(known.id),
          (error: unknown) =>
            this.#log.error({ err: error, instanceId: known.id }, 'a deleted instance did not end')
        )
      } else this.#forget(snapshot.instanceId)
      this.#instances.delete(snapshot.instanceId)
      return
    }
    if (!known) {
      const instance = new Instance(snapshot)
      this.#instances.set(instance.id, instance)
      if (instance.status === 'running') this.#open(instance)
      return
    }
    known.apply(snapshot)
    if (known.status !== 'running') {
      this.#suspend(known)
      return
    }
    this.#endpoints.open(known)
    this.#brokers.get(known.id)?.broker.recheck()
  }

  /** Sessions that expire and wills that are due need a broker, also before the first client comes. */
  #open(instance: Instance): void {
    this.#endpoints.open(instance)
    const { sessions } = this.#dependencies
    if (sessions?.status !== 'ready') return
    isAnythingKept(sessions, instance.id).then(
      (kept) => {
        if (!kept || this.#stopped || this.#instances.get(instance.id) !== instance) return
        const { broker } = this.#brokers.get(instance.id) ?? this.#makeBroker(instance)
        void broker.load()
      },
      (error: unknown) =>
        this.#log.warn({ err: error, instanceId: instance.id }, 'Redis did not say what is kept')
    )
  }

  /** What a deleted instance left in Redis; a node that comes later does it again. */
  #forget(instanceId: string): void {
    const { sessions } = this.#dependencies
    if (sessions?.status !== 'ready') return
    forgetInstance(sessions, instanceId).catch((error: unknown) =>
      this.#log.warn({ err: error, instanceId }, 'the sessions of a deleted instance were not removed')
    )
  }

  /** Once a second: timeouts of each broker; brokers with nothing left in them are closed. */
  sweep(nowMs: number): void {
    for (const [id, entry] of this.#brokers) {
      entry.broker.sweep(nowMs)
      entry.idleSweeps = entry.broker.idle ? entry.idleSweeps + 1 : 0
      if (entry.idleSweeps <= idleSweepsMax) continue
      this.#brokers.delete(id)
      entry.broker.close()
    }
  }

  /** Closes all: v5 clients hear `reasonCode`. */
  async stop(reasonCode: number): Promise<void> {
    this.#stopped = true
    clearInterval(this.#sweep)
    await Promise.all([...this.#instances.values()].map((instance) => this.#endpoints.close(instance)))
    const brokers = [...this.#brokers.values()].map(({ broker }) => broker)
    await Promise.all(brokers.map((broker) => broker.closeConnections(reasonCode)))
    // What the end of the connections changed is stored before anything else ends.
    await Promise.all(brokers.map((broker) => broker.store.close()))
    for (const broker of brokers) broker.close()
    this.#brokers.clear()
  }

  #suspend(instance: Instance): void {
    this.#closeEndpoint(instance)
    void this.#brokers.get(instance.id)?.broker.closeConnections(reasonCodes.administrativeAction)
  }

  async #end(instance: Instance): Promise<void> {
    this.#closeEndpoint(instance)
    const entry = this.#brokers.get(instance.id)
    if (!entry) return
    this.#brokers.delete(instance.id)
    await entry.broker.closeConnections(reasonCodes.administrativeAction)
    entry.broker.close()
  }

  #closeEndpoint(instance: Instance): void {
    this.#endpoints.close(instance).catch((error: unknown) => {
      this.#log.error({ err: error, instanceId: instance.id }, 'an endpoint did not close')
    })
  }
}
