import { publishLength, type Qos, writePublish } from '@parley/mqtt-wire'
import type { Message } from '../broker/message.js'
import type { Connection } from './connection.js'
import type { Delivery } from './delivery.js'
import type { Session } from './session.js'

const noProperties = Buffer.alloc(0)
/** A topic that its alias stands for. */
const noTopic = Buffer.alloc(0)

/** Sends what is to be sent again, then what waits in the queue, as far as the client's window allows; retained messages follow. */
export function deliver(connection: Connection): void {
  if (connection.session && connection.state === 'connected') deliverQueued(connection, connection.session)
  connection.retained?.wake()
}

function deliverQueued(connection: Connection, session: Session): void {
  while (connection.unacknowledged < connection.window && connection.outbox.hasRoom()) {
    const again = session.resend.shift()
    if (again) {
      sendAgain(connection, again)
      continue
    }
    const next = connection.broker.store.takeNext(session)
    if (!next) return
    connection.unacknowledged++
    if (!sendPublish(connection, next, false)) abandon(connection, next)
  }
}

/** Sends a QoS 0 copy (true), or drops it with its reason. `shared`: other connections get the same bytes. */
export function deliverQos0(
  connection: Connection,
  message: Message,
  retain: boolean,
  identifiers: number[] | undefined,
  shared: boolean
): boolean {
  const { broker, outbox, protocolLevel } = connection
  if (connection.state !== 'connected') return false
  if (!outbox.hasRoom()) {
    broker.counters.drop('slow_reader')
    return false
  }
  const secondsLeft = secondsLeftOf(connection, message)
  if (secondsLeft === 0) return false
  const plain = !retain && identifiers === undefined && secondsLeft === undefined
  if (shared && plain && connection.outboundAliases === undefined) {
    const frame = message.frame(protocolLevel)
    if (frame.length > connection.clientPacketBytesMax) {
      broker.counters.drop('packet_too_large_for_client')
      return false
    }
    outbox.append(frame)
    broker.counters.messagesOut++
    return true
  }
  return write(connection, message, 0, retain, false, 0, secondsLeft, identifiers)
}

/** Over a new connection of the session: PUBREL again, or PUBLISH with DUP [MQTT-4.4.0-1, MQTT-3.3.1-1]. */
function sendAgain(connection: Connection, delivery: Delivery): void {
  connection.unacknowledged++
  if (delivery.phase === 'released') connection.acknowledge('pubrel', delivery.packetId)
  else if (!sendPublish(connection, delivery, true)) abandon(connection, delivery)
}

function sendPublish(connection: Connection, delivery: Delivery, dup: boolean): boolean {
  // [MQTT-3.3.2-5]: a message that expired before its delivery started is not sent. Once it was, its expiry says nothing
  // any more [MQTT-4.3.3-7]: the client may hold it, and its packet id is not free.
  const secondsLeft = dup
    ? delivery.message.secondsLeft(Date.now())
    : secondsLeftOf(connection, delivery.message)
  if (secondsLeft === 0 && !dup) return false
  delivery.secondsLeft = secondsLeft
  const { message, qos, retain, packetId, identifiers } = delivery
  return write(connection, message, qos, retain, dup, packetId, secondsLeft, identifiers)
}

/** A delivery that cannot be sent is over: its place in the window is free again. */
function abandon(connection: Connection, delivery: Delivery): void {
  connection.unacknowledged--
  connection.broker.store.finish(connection.session!, delivery)
  connection.broker.store.clear(connection.session!, delivery)
}

/** undefined: does not expire; 0: expired, counted. */
function secondsLeftOf(connection: Connection, message: Message): number | undefined {
  if (message.messageExpiryInterval === undefined) return undefined
  const nowMs = Date.now()
  if (nowMs >= message.expiresAtMs) {
    connection.broker.counters.drop('message_expired')
    return 0
  }
  return message.secondsLeft(nowMs)
}

function write(
  connection: Connection,
  message: Message,
  qos: Qos,
  retain: boolean,
  dup: boolean,
  packetId: number,
  secondsLeft: number | undefined,
  identifiers: number[] | undefined
): boolean {
  const { outbox, protocolLevel, broker } = connection
  const aliases = connection.outboundAliases
  const known = aliases?.known(message.topic)
  const topic = known === undefined ? message.topicBytes : noTopic
  const alias = known ?? aliases?.free
  const properties =
    protocolLevel === 5 ? message.propertyBytes(secondsLeft, identifiers, alias) : noProperties
  const length = publishLength(protocolLevel, topic.length, qos, properties.length, message.payload.length)
  if (length > connection.clientPacketBytesMax) {
    if (alias !== undefined && known === undefined) {
      // The alias itself is what makes it too large: without one it may fit.
      connection.outboundAliases = undefined
      const written = write(connection, message, qos, retain, dup, packetId, secondsLeft, identifiers)
      connection.outboundAliases = aliases
      return written
    }
    broker.counters.drop('packet_too_large_for_client')
    return false
  }
  if (alias !== undefined && known === undefined) aliases!.give(message.topic)
  const at = outbox.reserve(length)
  writePublish(
    outbox.buffer,
    at,
    protocolLevel,
    topic,
    message.payload,
    qos,
    retain,
    dup,
    packetId,
    properties
  )
  broker.counters.messagesOut++
  return true
}
