import type { Qos } from '@parley/mqtt-wire'
import type { TestInstance } from '../support/data-plane.js'

export interface Exchanged {
  topic: string
  payload: string
  qos: Qos
}

/** A client library or program, at one protocol version and over one transport. */
export interface Side {
  readonly name: string
  /** False when it is not installed here. */
  readonly installed: boolean
  /** Subscribes with a client of its own; answers what that client has received so far. */
  receive(instance: TestInstance, topicFilter: string, qos: Qos): Promise<() => readonly Exchanged[]>
  /** Publishes with a client of its own, each message after the one before was acknowledged. */
  publish(instance: TestInstance, messages: readonly Exchanged[]): Promise<void>
}

/** Names a client id: no two clients of a test have the same. */
let clients = 0
export function newClientId(name: string): string {
  return `${name.replaceAll(/[^a-zA-Z0-9]/g, '')}-${++clients}`.slice(-23)
}
