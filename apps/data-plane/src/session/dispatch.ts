import { type Packet, ProtocolViolation, reasonCodes } from '@parley/mqtt-wire'
import { handleConnect } from './connect.js'
import type { Connection } from './connection.js'
import { handleDisconnect } from './disconnect.js'
import { handlePingreq } from './pingreq.js'
import { handlePuback } from './puback.js'
import { handlePubcomp } from './pubcomp.js'
import { handlePublish } from './publish.js'
import { handlePubrec } from './pubrec.js'
import { handlePubrel } from './pubrel.js'
import { handleSubscribe } from './subscribe.js'
import { handleUnsubscribe } from './unsubscribe.js'

/**
 * One handler per packet type. False: the packet waits for a store or a decision, nothing more is decoded until
 * `connection.proceed()`. The decoder has already refused what a client may not send in this state [MQTT-3.1.0-1, -2].
 */
export function dispatch(connection: Connection, packet: Packet): boolean {
  switch (packet.type) {
    case 'publish':
      return handlePublish(connection, packet)
    case 'puback':
      return handlePuback(connection, packet)
    case 'pubrec':
      return handlePubrec(connection, packet)
    case 'pubrel':
      return handlePubrel(connection, packet)
    case 'pubcomp':
      return handlePubcomp(connection, packet)
    case 'pingreq':
      return handlePingreq(connection)
    case 'subscribe':
      return handleSubscribe(connection, packet)
    case 'unsubscribe':
      return handleUnsubscribe(connection, packet)
    case 'connect':
      return handleConnect(connection, packet)
    case 'disconnect':
      return handleDisconnect(connection, packet)
    default:
      // Enhanced authentication is refused at CONNECT, so that an AUTH never has its place [MQTT-4.12.0-6].
      throw new ProtocolViolation(reasonCodes.protocolError, `${packet.type} is not accepted here`)
  }
}
