import { reasonCodes } from '@parley/mqtt-wire'
import { ends } from '../listeners/in-turns.js'
import type { DropReason } from '../ops/counters.js'
import type { Connection } from '../session/connection.js'

/** A socket must say CONNECT within this time. */
const connectTimeoutMs = 10_000
/** What it says is decided within this time, also in a storm of logins. */
const decisionTimeoutMs = 60_000
/** A client that is silent for one and a half times its keep alive is gone [MQTT-3.1.2-22]. */
const keepAliveGrace = 1.5
const msPerSecond = 1000

/** Closes a connection that was silent for too long by `nowMs`, when its turn comes: a site that lost its power falls silent all at once. */
export function endOverdue(connection: Connection, instanceId: string, nowMs: number): void {
  if (connection.overdue || !reasonOf(connection, nowMs)) return
  connection.overdue = true
  ends.run(instanceId, () => refuseOverdue(connection, nowMs))
}

/** Unless it spoke since it was found to be overdue. */
function refuseOverdue(connection: Connection, nowMs: number): void {
  connection.overdue = false
  if (connection.closed) return
  const reason = reasonOf(connection, nowMs)
  if (reason) connection.refuse(reasonCodes.keepAliveTimeout, reason)
}

function reasonOf(connection: Connection, nowMs: number): DropReason | undefined {
  if (connection.state === 'new') {
    const timeoutMs = connection.waitsForUs ? decisionTimeoutMs : connectTimeoutMs
    return nowMs - connection.openedAtMs > timeoutMs ? 'connect_timeout' : undefined
  }
  const { keepAliveS } = connection
  if (keepAliveS === 0) return undefined
  return connection.isSilent(keepAliveS * keepAliveGrace * msPerSecond, nowMs)
    ? 'keep_alive_timeout'
    : undefined
}
