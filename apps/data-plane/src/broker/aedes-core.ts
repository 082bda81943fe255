import type { EventEmitter } from 'node:events'
import { Aedes } from 'aedes'
import type { Transport } from '../listeners/transport.js'
import type { Message } from './message.js'

/** A PUBLISH on its way through Aedes' pipeline. Aedes copies the packet; of our data only `properties` survives. */
export interface BrokerPacket {
  cmd: 'publish'
  topic: string
  payload: Buffer
  qos: 0 | 1 | 2
  retain: boolean
  dup: boolean
  /** Absent on what Aedes itself publishes (`$SYS/<broker>/heartbeat`, ...). */
  properties?: Message
}

/** What Aedes asks of a client object of ours. `duplicates` must be there: a `$SYS/+/birth` walks it. */
export interface BrokerClient {
  id: string
  closed: boolean
  duplicates: Record<string, unknown>
  close(done?: () => void): void
}

/** `this` of a publish callback: Aedes binds it, so that one static function serves every publish. */
export interface PublishState<C> {
  client: C | null
  packet: BrokerPacket
}

export interface AedesCoreOptions {
  id: string
  mq: unknown
  persistence: unknown
  heartbeatInterval: number
  maxTopicLevels: number
}

/**
 * Aedes as it runs rather than as it is typed: its typings lack `mq`, `persistence`, `clients`, `registerClient` and the
 * client argument of `publish`. Its `handle` is an instance field: assign it after `super()`, a method has no effect.
 */
export interface AedesCore<C extends BrokerClient> extends EventEmitter {
  readonly id: string
  readonly closed: boolean
  connectedClients: number
  clients: Record<string, C>
  handle: (transport: Transport) => C
  listen(): Promise<void>
  publish(
    packet: BrokerPacket,
    client: C | null,
    done: (this: PublishState<C>, error?: Error | null) => void
  ): void
  close(done?: () => void): void
}

/** The base class of InstanceBroker. */
export function aedesCore<C extends BrokerClient>(): new (options: AedesCoreOptions) => AedesCore<C> {
  return Aedes as unknown as new (
    options: AedesCoreOptions
  ) => AedesCore<C>
}
