import { ProtocolViolation, type PublishPacket, reasonCodes, topicLevels } from '@parley/mqtt-wire'
import { isAllowed } from '../auth/access.js'
import type { BrokerPacket, PublishState } from '../broker/aedes-core.js'
import { Message } from '../broker/message.js'
import type { DropReason } from '../ops/counters.js'
import { traffic } from '../ops/traffic.js'
import { applyEnhancementRules } from '../rules/enhance.js'
import type { Connection } from './connection.js'
import type { Problem } from './problem.js'
import { storeStep } from './store-steps.js'

const dollar = 0x24
/** What one client may have on its way to the store; the message that reaches it is the last. */
const storingBytesMax = 1_048_576

/** A PUBLISH on its way through the pipeline, with what its acknowledgement needs. */
interface InboundPacket extends BrokerPacket {
  packetId: number
}

/**
 * A client publishes. At QoS 1 and 2 the acknowledgement follows when every persistent subscriber's copy is in the store.
 * False: the store has not answered yet, and takes no more of this client at once; nothing more is decoded meanwhile.
 */
export function handlePublish(connection: Connection, packet: PublishPacket): boolean {
  const { broker } = connection
  const session = connection.session!
  broker.counters.messagesIn++
  traffic.messagesIn++
  const topic = topicOf(connection, packet)
  if (packet.qos === 2) {
    if (session.received.has(packet.packetId) || session.receiving.has(packet.packetId)) {
      // [MQTT-4.3.3-10]: the same message again; it was published when it came first, and may be on its way to the store.
      return storeStep(
        connection,
        (stored) => broker.store.whenStored(stored),
        () => connection.acknowledge('pubrec', packet.packetId)
      )
    }
  }
  if (packet.qos > 0) checkReceiveMaximum(connection)
  const refusal = refusalOf(connection, packet, topic)
  if (refusal) return refuse(connection, packet, refusal)

  const message = new Message({
    topic,
    payload: packet.payload,
    qos: packet.qos,
    retain: packet.retain,
    publisherClientId: connection.id,
    publisher: connection,
    origin: 'client',
    receivedAtMs: connection.lastReceivedAtMs,
    properties: packet.properties
  })
  if (packet.qos === 2) {
    message.exchange = { session, packetId: packet.packetId }
    session.receiving.add(packet.packetId)
  }
  if (packet.qos === 1) connection.unacknowledgedIn++
  message.mayBeMissed = packet.qos > 0 && broker.store.mayMiss(topic)
  applyEnhancementRules(broker, message, connection)
  if (message.responseTopic !== undefined) broker.counters.requests++
  const inbound: InboundPacket = {
    cmd: 'publish',
    topic,
    payload: packet.payload,
    qos: packet.qos,
    retain: packet.retain,
    dup: false,
    properties: message,
    packetId: packet.packetId
  }
  message.waitsInOrder = connection.storing > 0
  startStoring(connection, message)
  broker.publish(inbound, connection, onPublished)
  if (packet.qos === 0 && packet.retain && broker.store.isCrowded) return waitForStore(connection)
  connection.waitsForStore =
    connection.storing >= broker.store.publishesAtOnce || connection.storingBytes >= storingBytesMax
  return !connection.waitsForStore
}

/** What is retained at QoS 0 nobody waits for: while the store is slow, more would pile up than the node can hold. */
function waitForStore(connection: Connection): boolean {
  return storeStep(
    connection,
    (stored) => connection.broker.store.whenStored(stored),
    () => undefined
  )
}

/** 3.3.4: what is not acknowledged of a v5 client, at QoS 1 and 2 together; v3 has only its packet ids as the bound. */
function checkReceiveMaximum(connection: Connection): void {
  if (connection.protocolLevel !== 5) return
  const { receiveMaximum } = connection
  const { received, receiving } = connection.session!
  const ofThisConnection = received.size + receiving.size - (connection.carried?.size ?? 0)
  if (connection.unacknowledgedIn + ofThisConnection < receiveMaximum) return
  throw new ProtocolViolation(
    reasonCodes.receiveMaximumExceeded,
    'more is not acknowledged than Receive Maximum allows'
  )
}

/** One function for every publish: Aedes binds `this`, so that no closure is made per message. */
function onPublished(this: PublishState<Connection>, error?: Error | null): void {
  const connection = this.client!
  const { packetId, properties } = this.packet as InboundPacket
  endStoring(connection, properties!)
  connection.cost(properties!.matched)
  if (error) {
    notStored(connection, packetId, error)
    return
  }
  if (properties!.mayBeMissed) {
    acknowledgeLater(connection, properties!, packetId)
    return
  }
  acknowledge(connection, properties!, packetId)
}

/** Who is connected has it; that it is kept is said when all persistent sessions are known, and theirs have it too. */
function acknowledgeLater(connection: Connection, message: Message, packetId: number): void {
  startStoring(connection, message)
  const placed = connection.broker.placeLater(message, (error) => {
    endStoring(connection, message)
    if (error) notStored(connection, packetId, error)
    else acknowledge(connection, message, packetId)
  })
  if (placed) return
  endStoring(connection, message)
  notStored(connection, packetId, new Error('too many messages wait for Redis'))
}

function acknowledge(connection: Connection, message: Message, packetId: number): void {
  const { qos } = message
  const reasonCode = message.matched === 0 ? reasonCodes.noMatchingSubscribers : 0
  if (qos === 2) connection.session!.receiving.delete(packetId)
  if (qos === 2 && message.exchange) {
    message.exchange = undefined
    receive(connection, packetId, reasonCode)
    return
  }
  if (qos === 1) connection.unacknowledgedIn--
  if (!connection.closed && qos > 0)
    connection.acknowledge(qos === 1 ? 'puback' : 'pubrec', packetId, reasonCode)
  goOn(connection)
}

/**
 * Where nobody's copy was stored, which would have taken the packet id along. Also when the client is gone by now: it will send
 * the message again, and it must not be published twice.
 */
function receive(connection: Connection, packetId: number, reasonCode: number): void {
  connection.storing++
  connection.broker.store.receive(connection.session!, packetId, (error) => {
    connection.storing--
    if (error) notStored(connection, packetId, error)
    else if (!connection.closed) connection.acknowledge('pubrec', packetId, reasonCode)
    goOn(connection)
  })
}

function startStoring(connection: Connection, message: Message): void {
  connection.storing++
  connection.storingBytes += message.payload.length
}

function endStoring(connection: Connection, message: Message): void {
  connection.storing--
  connection.storingBytes -= message.payload.length
}

function notStored(connection: Connection, packetId: number, error: Error): void {
  // Sent again, it is a message like any other.
  connection.session!.receiving.delete(packetId)
  connection.broker.log.warn({ clientId: connection.id, err: error }, 'a publish was not stored')
  connection.refuse(reasonCodes.unspecifiedError, 'not_stored')
}

function goOn(connection: Connection): void {
  if (connection.waitsForStore) {
    connection.waitsForStore = false
    connection.proceed()
  }
}

/** The topic name, by alias where v5 sent one [MQTT-3.3.2-8..12]. */
function topicOf(connection: Connection, packet: PublishPacket): string {
  const alias = packet.properties?.topicAlias
  if (alias === undefined) return packet.topic
  if (alias > connection.topicAliasMaximum) {
    throw new ProtocolViolation(reasonCodes.topicAliasInvalid, 'a topic alias above the maximum')
  }
  if (packet.topic !== '') {
    connection.topicAliases ??= new Map()
    connection.topicAliases.set(alias, packet.topic)
    return packet.topic
  }
  const topic = connection.topicAliases?.get(alias)
  if (topic === undefined) throw new ProtocolViolation(reasonCodes.protocolError, 'an unknown topic alias')
  return topic
}

interface Refusal extends Problem {
  reasonCode: number
  drop: DropReason
}

const reservedTopic: Refusal = {
  reasonCode: reasonCodes.notAuthorized,
  drop: 'publish_to_reserved_topic',
  says: 'topics that begin with $ belong to the service'
}
const tooDeep: Refusal = {
  reasonCode: reasonCodes.topicNameInvalid,
  drop: 'topic_too_deep',
  says: 'the topic name has too many levels',
  limit: 'topicLevelsMax'
}
const notAllowed: Refusal = {
  reasonCode: reasonCodes.notAuthorized,
  drop: 'publish_not_allowed',
  says: 'no policy allows to publish to this topic'
}
const tooManyProperties: Refusal = {
  reasonCode: reasonCodes.quotaExceeded,
  drop: 'too_many_user_properties',
  says: 'the message has too many user properties',
  limit: 'userPropertiesMax'
}

function refusalOf(connection: Connection, packet: PublishPacket, topic: string): Refusal | undefined {
  const { topicLevelsMax, userPropertiesMax } = connection.broker.instance.settings.limits
  // `$` topics belong to the service; nothing that a client publishes gets there.
  if (topic.charCodeAt(0) === dollar) return reservedTopic
  if (topicLevels(topic) > topicLevelsMax) return tooDeep
  const userProperties = packet.properties?.userProperties
  if (userProperties !== undefined && userProperties.length > userPropertiesMax) return tooManyProperties
  const access = connection.access
  if (access && !isAllowed(access.mayPublish(topic, packet.qos, packet.retain))) return notAllowed
  return undefined
}

/** Counted and dropped; QoS 1 and 2 are acknowledged: v5 with the reason, v3 knows no way to say it [MQTT-3.3.5-2]. */
function refuse(connection: Connection, packet: PublishPacket, refusal: Refusal): boolean {
  const { broker } = connection
  broker.counters.drop(refusal.drop)
  // Acknowledgements keep the order of the publishes [MQTT-4.6.0-2, MQTT-4.6.0-3].
  if (connection.storing > 0 && packet.qos > 0) {
    return storeStep(
      connection,
      (stored) => broker.store.whenStored(stored),
      () => acknowledgeRefused(connection, packet, refusal)
    )
  }
  return acknowledgeRefused(connection, packet, refusal)
}

function acknowledgeRefused(connection: Connection, packet: PublishPacket, refusal: Refusal): boolean {
  const { broker, session } = connection
  if (packet.qos === 1) connection.acknowledge('puback', packet.packetId, refusal.reasonCode, refusal)
  if (packet.qos === 2) {
    // A v3 client goes on with PUBREL: its packet id is taken until then. On v5 a refusal ends the exchange.
    const { packetId } = packet
    if (connection.protocolLevel === 5) {
      connection.acknowledge('pubrec', packetId, refusal.reasonCode, refusal)
    } else {
      return storeStep(
        connection,
        (stored) => broker.store.receive(session!, packetId, stored),
        () => connection.acknowledge('pubrec', packetId)
      )
    }
  }
  return true
}
