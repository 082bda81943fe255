import type { ProtocolVersion } from '@parley/contracts'
import {
  type ConnackPacket,
  Decoder,
  encode,
  type Packet,
  type ProtocolLevel,
  ProtocolViolation,
  type ReasonProperties,
  reasonCodes,
  shortAckLength,
  v3ConnackCodes,
  writeShortAck
} from '@parley/mqtt-wire'
import type { ClientAccess } from '@parley/rules'
import type { BrokerClient } from '../broker/aedes-core.js'
import type { InstanceBroker } from '../broker/instance-broker.js'
import type { Transport, TransportListener } from '../listeners/transport.js'
import type { DropReason } from '../ops/counters.js'
import { deliver } from './deliver.js'
import { dispatch } from './dispatch.js'
import type { OutboundAliases } from './outbound-aliases.js'
import { Outbox, unreadBytesMax } from './outbox.js'
import type { Problem } from './problem.js'
import type { RetainedSender } from './retained.js'
import type { Session } from './session.js'
import { turnCostMax } from './turn-cost.js'
import type { Will } from './will.js'

/** Largest first packet: a CONNECT with a will and credentials, before anybody is known. */
export const connectPacketBytesMax = 262_144
/** A peer that was told goodbye has this long to close. */
const lingerMs = 2_000
/** Why nothing more of a connection is decoded; bits, because there may be several reasons. */
const holds = { store: 1, reader: 2, turn: 4, end: 8 } as const
type Hold = (typeof holds)[keyof typeof holds]

export type ConnectionState = 'new' | 'connected' | 'closed'

const versions: Record<ProtocolLevel, ProtocolVersion> = { 3: '3.1', 4: '3.1.1', 5: '5.0' }

/**
 * One client's connection, from its first byte to its last: decodes, hands each packet to the handler of its type, and
 * collects what goes back. What outlives it is the Session. To Aedes it is the client object.
 */
export class Connection implements BrokerClient, TransportListener {
  readonly broker: InstanceBroker
  readonly transport: Transport
  readonly outbox: Outbox
  readonly clientHost: string
  readonly openedAtMs: number
  readonly duplicates: Record<string, unknown> = {}
  readonly #decoder: Decoder

  state: ConnectionState = 'new'
  id = ''
  protocolLevel: ProtocolLevel = 4
  username: string | null = null
  session: Session | null = null
  /** The stored hash that this client's password was verified against; undefined for an anonymous one. */
  passwordHash: string | undefined = undefined
  will: Will | null = null
  /** The store has the will, and must be told when it is off. */
  willKept = false
  /** Its CONNECT is being decided. */
  waitsForUs = false
  cleanStart = true
  /** What CONNECT asked for, in seconds; the session may have been given less. */
  askedExpiryS = 0
  /** What applies, in seconds; 0: no limit [MQTT-3.1.2-22]. */
  keepAliveS = 0
  lastReceivedAtMs: number
  /** How many QoS 1 and 2 deliveries may be unfinished: min(client Receive Maximum, `maxInflight`). */
  window = 1
  /** What its CONNACK named; the limits of the instance may have changed since. */
  receiveMaximum = 0
  topicAliasMaximum = 0
  /** Unfinished deliveries sent over this connection. */
  unacknowledged = 0
  /** Largest packet that the client takes; a larger one is not sent [MQTT-3.1.2-24]. */
  clientPacketBytesMax = Number.POSITIVE_INFINITY
  /** The fields of a reply that are the same for all replies to this responder, as JSON; made on first use. */
  replyFields: string | undefined = undefined
  /** Topics by alias, set by the client [MQTT-3.3.2-12]. */
  topicAliases: Map<number, string> | undefined = undefined
  /** Set when the client has subscribed: sends it what is retained. */
  retained: RetainedSender | undefined = undefined
  /** Set when the client takes aliases. */
  outboundAliases: OutboundAliases | undefined = undefined
  /** False: no reason strings on acknowledgements [MQTT-3.1.2-29]. */
  wantsProblemInformation = true
  /** Found to be silent for too long: its end has a turn of its own. */
  overdue = false
  /** Why the connection ended, as client events say it. */
  endReason: 'normal' | 'with_will' | 'connection_lost' | DropReason = 'connection_lost'
  /** Publishes of this client that the store has not answered yet, and the bytes of their payloads. */
  storing = 0
  storingBytes = 0
  /** So many that no more is decoded until the store has answered. */
  waitsForStore = false
  /** QoS 1 publishes of this client that are not acknowledged yet. */
  unacknowledgedIn = 0
  /** QoS 2 packet ids received over earlier connections: they do not count against this one's Receive Maximum (4.9). */
  carried: Set<number> | undefined = undefined
  /** A will of an earlier connection whose delay this one ended; it waits again when this one is not let in. */
  earlierWill: Will | undefined = undefined
  /** Why what comes is kept back, `holds` together: a packet that waits for a store must keep its place [MQTT-4.6.0]. */
  #held = 0
  /** What this client cost in this turn. */
  #turnCost = 0
  /** What waited for a client that does not read, when that was looked at last. */
  #unreadBytes = Number.POSITIVE_INFINITY

  constructor(broker: InstanceBroker, transport: Transport, nowMs: number) {
    this.broker = broker
    this.transport = transport
    this.clientHost = transport.clientHost
    this.openedAtMs = nowMs
    this.lastReceivedAtMs = nowMs
    this.outbox = new Outbox(transport, this)
    this.#decoder = new Decoder({
      role: 'server',
      packetBytesMax: Math.min(connectPacketBytesMax, broker.instance.settings.limits.packetBytesMax)
    })
    transport.attach(this)
  }

  /** Silent for longer than `ms`: by its own doing, not because it is not read meanwhile. */
  isSilent(ms: number, nowMs: number): boolean {
    if (this.#held & (holds.store | holds.turn)) return false
    if (this.#held & holds.reader) this.#noteReading(nowMs)
    return nowMs - this.lastReceivedAtMs > ms
  }

  /** A client that reads slowly is not silent, one that reads nothing is. */
  #noteReading(nowMs: number): void {
    const { pendingBytes } = this.outbox
    if (pendingBytes < this.#unreadBytes) this.lastReceivedAtMs = nowMs
    this.#unreadBytes = pendingBytes
  }

  get closed(): boolean {
    return this.state === 'closed'
  }

  /** What it may do; undefined when the instance has no policies on. */
  get access(): ClientAccess | undefined {
    return this.broker.rights.of(this)
  }

  get protocolVersion(): ProtocolVersion {
    return versions[this.protocolLevel]
  }

  onData(chunk: Buffer): void {
    if (this.state === 'closed') return
    this.lastReceivedAtMs = Date.now()
    this.#decode(chunk)
  }

  onDrain(): void {
    if (this.#held & holds.end) return
    if (this.state === 'connected') deliver(this)
    this.#release(holds.reader)
  }

  onGone(): void {
    this.#finish()
  }

  /** Sends any packet; for the cold paths. One that a v5 client cannot take ends the connection [MQTT-3.1.2-24]. */
  send(packet: Packet): void {
    const bytes = this.encodeFor(packet)
    if (bytes) this.outbox.append(bytes)
    else this.refuse(reasonCodes.packetTooLarge, 'packet_too_large_for_client', packet.type !== 'connack')
  }

  /** Without its reason string where that makes it fit [MQTT-3.2.2-19, MQTT-3.4.2-2]; undefined when nothing does. */
  encodeFor(packet: Packet): Buffer | undefined {
    const bytes = encode(packet, this.protocolLevel)
    if (bytes.length <= this.clientPacketBytesMax) return bytes
    if (!('properties' in packet) || packet.type === 'publish') return undefined
    const shorter = { ...packet.properties, reasonString: undefined, userProperties: undefined }
    const short = encode({ ...packet, properties: shorter } as Packet, this.protocolLevel)
    return short.length <= this.clientPacketBytesMax ? short : undefined
  }

  /** PUBACK, PUBREC, PUBREL or PUBCOMP with reason code 0, or with `reasonCode` on v5, and why when the client wants it. */
  acknowledge(
    type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
    packetId: number,
    reasonCode = 0,
    problem?: Problem
  ): void {
    if (reasonCode !== 0 && this.protocolLevel === 5) {
      this.send({ type, packetId, reasonCode, properties: this.problemInformation(problem) })
      return
    }
    const at = this.outbox.reserve(shortAckLength)
    writeShortAck(this.outbox.buffer, at, type, packetId)
  }

  /** The properties of an acknowledgement that say why; none when the client does not want them [MQTT-3.1.2-29]. */
  problemInformation(problem: Problem | undefined): ReasonProperties | undefined {
    if (!problem || this.protocolLevel !== 5 || !this.wantsProblemInformation) return undefined
    const userProperties = problem.limit && [{ key: 'limit', value: problem.limit }]
    return { reasonString: problem.says, ...(userProperties && { userProperties }) }
  }

  /** Whether a message would be sent at once; false for one that is not connected, or reads too slowly. */
  hasWindow(): boolean {
    if (this.state !== 'connected' || this.unacknowledged >= this.window) return false
    return this.session!.resend.length === 0 && this.outbox.hasRoom()
  }

  /** The packet bound is the instance's once the client is known. */
  accept(packetBytesMax: number): void {
    this.#decoder.packetBytesMax = packetBytesMax
    this.state = 'connected'
  }

  /** Goes on with what was kept back while a packet waited for the store. */
  proceed(): void {
    this.#release(holds.store)
  }

  /** Goes on with a packet after the others had their turn. What escapes here would end the process. */
  inNextTurn(step: () => void): void {
    setImmediate(() => {
      try {
        step()
      } catch (error) {
        this.#failed(error)
      }
    })
  }

  /** What a packet cost others: when it is much, they have their turn before the next packet. */
  cost(deliveries: number): void {
    this.#turnCost += deliveries
  }

  /** Tells a v5 client why [MQTT-4.13.1-1], then closes; a v3 client only sees the close. The will follows. */
  refuse(reasonCode: number, drop: DropReason, tellWhy = true): void {
    if (this.state === 'closed') return
    this.endReason = drop
    this.broker.counters.drop(drop)
    this.broker.log.info(
      { clientId: this.id, clientHost: this.clientHost, reasonCode, reason: drop },
      'connection closed by the server'
    )
    if (tellWhy && this.state === 'connected' && this.protocolLevel === 5) {
      const bytes = this.encodeFor({ type: 'disconnect', reasonCode, properties: undefined })
      if (bytes) this.outbox.append(bytes)
    }
    this.hangUp()
  }

  /** Answers what the specification calls malformed or a protocol error as the codec says, and closes. */
  violate(violation: ProtocolViolation): void {
    this.broker.log.info({ clientId: this.id, error: violation.message }, 'protocol violation')
    const { answer, reasonCode } = violation
    if (answer === 'connackV3') {
      // In the form that every version of the protocol can read.
      this.outbox.append(encode(refusal(v3ConnackCodes.unacceptableProtocolVersion), 4))
    } else if (answer === 'connack') {
      this.outbox.append(encode(refusal(reasonCode), 5))
    }
    this.refuse(reasonCode, 'protocol_violation', answer === 'disconnect')
  }

  /** Another node has the session now. */
  lost(): void {
    this.refuse(reasonCodes.sessionTakenOver, 'taken_over')
  }

  /** Closes after what was sent; the session is left at once. */
  hangUp(): void {
    if (this.state === 'closed') return
    // Nothing follows what was sent last, not even what waited for room.
    this.#held |= holds.end
    this.outbox.flush()
    this.transport.end()
    // Paused, it would never hear that the other side closed as well.
    this.transport.resume()
    this.#finish()
    setTimeout(() => this.transport.destroy(), lingerMs).unref()
  }

  /** What Aedes calls when the broker closes. */
  close(done?: () => void): void {
    this.refuse(reasonCodes.serverShuttingDown, 'server_shutting_down')
    done?.()
  }

  /** Decodes a chunk, or goes on with what the decoder kept back. Nothing on the wire may bring the process down. */
  #decode(chunk: Buffer | undefined): void {
    try {
      if (chunk) this.#decoder.write(chunk, this.#onPacket)
      else this.#decoder.resume(this.#onPacket)
    } catch (error) {
      if (error instanceof ProtocolViolation) this.violate(error)
      else this.#failed(error)
    }
  }

  #failed(error: unknown): void {
    this.broker.log.error({ clientId: this.id, err: error }, 'a packet handler failed')
    this.refuse(reasonCodes.unspecifiedError, 'internal_error')
  }

  readonly #onPacket = (packet: Packet): boolean => {
    const goOn = dispatch(this, packet)
    if (this.closed) return false
    if (!goOn) this.#hold(holds.store)
    // What answers a client has no other bound than that it is not asked any more.
    if (!this.outbox.hasRoom(unreadBytesMax(this.#decoder.packetBytesMax))) this.#hold(holds.reader)
    if (this.#turnCost > turnCostMax) this.#holdForTurn()
    return this.#held === 0
  }

  #hold(reason: Hold): void {
    if (reason === holds.reader) this.#unreadBytes = Number.POSITIVE_INFINITY
    this.#held |= reason
    this.transport.pause()
  }

  #holdForTurn(): void {
    this.#hold(holds.turn)
    this.inNextTurn(() => {
      this.#turnCost = 0
      this.#release(holds.turn)
    })
  }

  /** Goes on with what was kept back, when this was the only reason. */
  #release(reason: Hold): void {
    if ((this.#held & reason) === 0) return
    this.#held &= ~reason
    if (this.#held !== 0 || this.closed) return
    // It was not read meanwhile: that is not its silence.
    this.lastReceivedAtMs = Date.now()
    this.#decode(undefined)
    if (this.#held === 0 && !this.closed) this.transport.resume()
  }

  /** The connection is over, whoever ended it: the broker settles session, will and registry. Runs once. */
  #finish(): void {
    if (this.state === 'closed') return
    const wasConnected = this.state === 'connected'
    this.state = 'closed'
    try {
      this.broker.connectionEnded(this, wasConnected)
      this.retained?.wake()
    } catch (error) {
      // Called by the socket: what escapes here would end the process, with every instance on it.
      this.broker.counters.drop('internal_error')
      this.broker.log.error({ clientId: this.id, err: error }, 'the end of a connection failed')
    }
  }
}

function refusal(reasonCode: number): ConnackPacket {
  return { type: 'connack', sessionPresent: false, reasonCode, properties: undefined }
}
