import { randomUUID } from 'node:crypto'
import {
  type ConnackProperties,
  type ConnectPacket,
  isValidTopicName,
  reasonCodes,
  topicLevels,
  v3ConnackCodes
} from '@parley/mqtt-wire'
import { isAllowed } from '../auth/access.js'
import type { Credentials, Verified } from '../auth/credentials.js'
import { recheckSubscriptions } from '../auth/revocation.js'
import { TooManyConnections } from '../broker/too-many-connections.js'
import { type OpenedSession, TooManySessions } from '../store/session-store.js'
import type { Connection } from './connection.js'
import { deliver } from './deliver.js'
import { OutboundAliases } from './outbound-aliases.js'

const receiveMaximumDefault = 65_535

interface Attempt {
  connection: Connection
  packet: ConnectPacket
  assignedClientId: string | undefined
  opened: OpenedSession | undefined
}

/** 0 goes on; anything else is the v5 reason code of the refusal. */
type Step = (attempt: Attempt) => number | Promise<number>

/** CONNECT, in the order in which it is decided. The client is not known to anybody before `openSession`. */
const connectSteps: Step[] = [
  refuseEnhancedAuthentication,
  checkInstance,
  authenticate,
  chooseClientId,
  authorize,
  checkWill,
  openSession,
  recheckAdmission,
  recheckSession,
  takeLimits
]

/** [MQTT-3.1.4-1..6] */
export function handleConnect(connection: Connection, packet: ConnectPacket): boolean {
  connection.protocolLevel = packet.protocolLevel
  connection.id = packet.clientId
  connection.username = packet.username ?? null
  connection.cleanStart = packet.cleanStart
  connection.askedExpiryS = packet.properties?.sessionExpiryInterval ?? 0
  connection.waitsForUs = true
  connection.clientPacketBytesMax = packet.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY
  connection.wantsProblemInformation = packet.properties?.requestProblemInformation !== 0
  const attempt: Attempt = { connection, packet, assignedClientId: undefined, opened: undefined }
  runSteps(attempt).catch((error: unknown) => {
    connection.broker.log.error({ clientId: connection.id, err: error }, 'CONNECT failed')
    refuse(connection, reasonCodes.serverUnavailable)
  })
  return false
}

async function runSteps(attempt: Attempt): Promise<void> {
  const { connection } = attempt
  for (const step of connectSteps) {
    const decided = step(attempt)
    // Most are decided at once: a crowd is spared a promise for each.
    const reasonCode = typeof decided === 'number' ? decided : await decided
    if (reasonCode !== 0) return refuse(connection, reasonCode)
    if (connection.closed) return abandon(attempt)
  }
  answer(attempt)
  deliver(connection)
  connection.proceed()
}

function refuseEnhancedAuthentication({ packet }: Attempt): number {
  return packet.properties?.authenticationMethod === undefined ? 0 : reasonCodes.badAuthenticationMethod
}

function checkInstance({ connection }: Attempt): number {
  const { broker } = connection
  if (broker.instance.status !== 'running') return reasonCodes.serverUnavailable
  return broker.isFull(connection.id) ? reasonCodes.quotaExceeded : 0
}

/** An instance that allows anonymous clients believes what they say of themselves. */
function authenticate({ connection, packet }: Attempt): number | Promise<number> {
  const { instance, credentials } = connection.broker
  if (instance.settings.authentication.anonymous) return 0
  const { username, password } = packet
  if (username === undefined) return reasonCodes.notAuthorized
  if (password === undefined || !credentials) return reasonCodes.badUsernameOrPassword
  return checkPassword(connection, credentials, username, password)
}

async function checkPassword(
  connection: Connection,
  credentials: Credentials,
  username: string,
  password: Buffer
): Promise<number> {
  const { result, hash } = await verified(connection, credentials, username, password)
  connection.passwordHash = hash
  switch (result) {
    case 'right':
      return 0
    case 'wrong':
      return reasonCodes.badUsernameOrPassword
    case 'disabled':
      return reasonCodes.notAuthorized
    case 'busy':
      return reasonCodes.serverBusy
    case 'unknown':
      return reasonCodes.serverUnavailable
  }
}

/** Users may change while a slow hash is computed: then it is asked again. */
async function verified(
  connection: Connection,
  credentials: Credentials,
  username: string,
  password: Buffer
): Promise<Verified> {
  const { instance } = connection.broker
  for (;;) {
    const version = instance.usersVersion
    const answer = await credentials.verify(instance.id, username, password, () => connection.closed)
    if (version === instance.usersVersion || connection.closed) return answer
  }
}

/** What changed while its session was opened counts: nothing looks at this client again. */
function recheckAdmission({ connection }: Attempt): number {
  const { status, settings } = connection.broker.instance
  if (status !== 'running') return reasonCodes.serverUnavailable
  const { anonymous } = settings.authentication
  if (!anonymous && connection.passwordHash === undefined) return reasonCodes.notAuthorized
  return isAllowed(connection.access?.mayConnect()) ? 0 : reasonCodes.notAuthorized
}

/** After the client id is known, before anybody's session is touched: no takeover without the right to connect. */
function authorize({ connection }: Attempt): number {
  return isAllowed(connection.access?.mayConnect()) ? 0 : reasonCodes.notAuthorized
}

/** v5 and a clean 3.1.1 session may leave the choice to us [MQTT-3.1.3-6..8]; 3.1 has no empty client id. */
function chooseClientId(attempt: Attempt): number {
  const { connection, packet } = attempt
  if (packet.clientId !== '') return 0
  if (packet.protocolLevel === 3 || (packet.protocolLevel === 4 && !packet.cleanStart)) {
    return reasonCodes.clientIdentifierNotValid
  }
  connection.id = `auto-${randomUUID()}`
  attempt.assignedClientId = connection.id
  return 0
}

function checkWill({ connection, packet }: Attempt): number {
  if (!packet.will) return 0
  const { topic, properties, qos, retain } = packet.will
  const { topicLevelsMax, userPropertiesMax } = connection.broker.instance.settings.limits
  if (topic.startsWith('$')) return reasonCodes.notAuthorized
  if (topicLevels(topic) > topicLevelsMax) return reasonCodes.topicNameInvalid
  if ((properties?.userProperties?.length ?? 0) > userPropertiesMax) return reasonCodes.quotaExceeded
  if (!isAllowed(connection.access?.mayPublish(topic, qos, retain))) return reasonCodes.notAuthorized
  const { id, username, clientHost, protocolVersion } = connection
  connection.will = { packet: packet.will, publisher: { id, username, clientHost, protocolVersion } }
  return 0
}

async function openSession(attempt: Attempt): Promise<number> {
  const { connection, packet } = attempt
  const { sessionExpiryMaxS } = connection.broker.instance.settings.limits
  const expiryS = sessionExpiryS(packet, sessionExpiryMaxS)
  try {
    attempt.opened = await connection.broker.openSession(connection, packet.cleanStart, expiryS)
  } catch (error) {
    if (error instanceof TooManySessions || error instanceof TooManyConnections) {
      return reasonCodes.quotaExceeded
    }
    connection.broker.log.warn({ clientId: connection.id, err: error }, 'a session could not be opened')
    return reasonCodes.serverUnavailable
  }
  return 0
}

/** What is kept of a session may be more than its client is still allowed. */
function recheckSession({ connection, opened }: Attempt): number {
  if (opened!.present) recheckSubscriptions(connection)
  return 0
}

function takeLimits({ connection, packet }: Attempt): number {
  const { limits } = connection.broker.instance.settings
  const { properties } = packet
  connection.window = Math.min(properties?.receiveMaximum ?? receiveMaximumDefault, limits.maxInflight)
  connection.keepAliveS = keepAliveS(packet.keepAliveS, limits.keepAliveMaxS)
  connection.receiveMaximum = limits.receiveMaximum
  connection.topicAliasMaximum = limits.topicAliasMaximum
  const aliases = Math.min(properties?.topicAliasMaximum ?? 0, limits.topicAliasMaximum)
  if (aliases > 0) connection.outboundAliases = new OutboundAliases(aliases)
  return 0
}

/** The CONNACK of one that is let in. A client that cannot take it never was connected [MQTT-3.1.2-24]. */
function answer(attempt: Attempt): void {
  const { connection, packet, opened } = attempt
  const { broker } = connection
  // In 3.1 the bit is reserved.
  const sessionPresent = opened!.present && packet.protocolLevel !== 3
  const properties = packet.protocolLevel === 5 ? connackProperties(attempt) : undefined
  const connack = connection.encodeFor({ type: 'connack', sessionPresent, reasonCode: 0, properties })
  if (!connack) {
    connection.refuse(reasonCodes.packetTooLarge, 'packet_too_large_for_client')
    return
  }
  connection.accept(broker.instance.settings.limits.packetBytesMax)
  broker.counters.connects++
  connection.outbox.append(connack)
  if (connection.will) {
    connection.willKept = true
    broker.store.keepWill(connection.id, connection.will, null)
  }
  broker.events.onConnected(connection, opened!.present)
}

function connackProperties({ connection, packet, opened, assignedClientId }: Attempt): ConnackProperties {
  const { limits } = connection.broker.instance.settings
  const properties: ConnackProperties = {
    receiveMaximum: connection.receiveMaximum,
    maximumPacketSize: limits.packetBytesMax,
    topicAliasMaximum: connection.topicAliasMaximum
  }
  const { expiryS } = opened!.session
  if (expiryS !== (packet.properties?.sessionExpiryInterval ?? 0)) properties.sessionExpiryInterval = expiryS
  if (assignedClientId !== undefined) properties.assignedClientIdentifier = assignedClientId
  if (connection.keepAliveS !== packet.keepAliveS) properties.serverKeepAlive = connection.keepAliveS
  if (packet.properties?.requestResponseInformation === 1) {
    const information = responseInformation(connection.id)
    if (information !== undefined) properties.responseInformation = information
  }
  return properties
}

/** v3 knows clean and kept; v5 says how long. Never above the instance's limit. */
function sessionExpiryS(packet: ConnectPacket, maxS: number): number {
  if (packet.protocolLevel === 5) return Math.min(packet.properties?.sessionExpiryInterval ?? 0, maxS)
  return packet.cleanStart ? 0 : maxS
}

/** v5 is told of a shorter keep alive [MQTT-3.1.2-21]; it holds for v3 as well, which there is no way to tell. */
function keepAliveS(asked: number, maxS: number): number {
  if (maxS === 0) return asked
  return asked === 0 ? maxS : Math.min(asked, maxS)
}

/** A topic of the client's own, for its Response Topics [MQTT-3.1.2-28]; a client id that makes no topic name has none. */
function responseInformation(clientId: string): string | undefined {
  const topic = `replies/${clientId}`
  return isValidTopicName(topic) ? topic : undefined
}

/** The client hung up while its CONNECT was decided: what was opened for it is left again, without its will. */
function abandon({ connection, opened }: Attempt): void {
  if (opened) connection.broker.connectionEnded(connection, false)
}

/** A CONNACK with the reason, then a close [MQTT-3.1.4-2, MQTT-3.2.2-6]. */
function refuse(connection: Connection, reasonCode: number): void {
  if (connection.state === 'connected') {
    // Our mistake after the CONNACK: there is no second one.
    connection.refuse(reasonCodes.unspecifiedError, 'internal_error')
    return
  }
  connection.will = null
  if (connection.closed) return
  connection.send({
    type: 'connack',
    sessionPresent: false,
    reasonCode: connection.protocolLevel === 5 ? reasonCode : v3ConnackCode(reasonCode),
    properties: undefined
  })
  connection.refuse(reasonCode, 'connection_refused')
}

function v3ConnackCode(reasonCode: number): number {
  switch (reasonCode) {
    case reasonCodes.clientIdentifierNotValid:
      return v3ConnackCodes.identifierRejected
    case reasonCodes.badUsernameOrPassword:
      return v3ConnackCodes.badUsernameOrPassword
    case reasonCodes.notAuthorized:
    case reasonCodes.topicNameInvalid:
    case reasonCodes.banned:
      return v3ConnackCodes.notAuthorized
    default:
      return v3ConnackCodes.serverUnavailable
  }
}
