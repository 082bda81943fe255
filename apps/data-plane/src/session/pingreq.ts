import { encode } from '@parley/mqtt-wire'
import type { Connection } from './connection.js'

const pingrespBytes = encode({ type: 'pingresp' }, 4)

/** [MQTT-3.12.4-1] */
export function handlePingreq(connection: Connection): boolean {
  connection.outbox.append(pingrespBytes)
  return true
}
