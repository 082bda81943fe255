import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AckPacket,
  type AckType,
  type ConnackPacket,
  type ConnectProperties,
  Decoder,
  type DisconnectProperties,
  encode,
  type Packet,
  type ProtocolLevel,
  type PublishPacket,
  type PublishProperties,
  type Qos,
  reasonCodes,
  type SubackPacket,
  type Subscription,
  type UnsubackPacket,
  type WillPacket
} from '@parley/mqtt-wire'
import { cleanUp } from './cleanup.js'
import { describePackets, Inbox } from './inbox.js'

export interface ProbeOptions {
  /** Acknowledge every PUBLISH as it comes, QoS 2 in both steps. Default false: the test does it. */
  autoAck?: boolean
}

export interface ProbeWill extends Partial<Omit<WillPacket, 'payload'>> {
  topic: string
  payload?: string | Buffer
}

/** A CONNECT: what is left out is 3.1.1, clean, without keep alive, under a client id of its own. */
export interface ProbeConnect {
  clientId?: string
  level?: ProtocolLevel
  cleanStart?: boolean
  keepAliveS?: number
  username?: string
  password?: string | Buffer
  will?: ProbeWill
  properties?: ConnectProperties
}

export interface ProbePublish {
  qos?: Qos
  retain?: boolean
  dup?: boolean
  /** Default: the next one. */
  packetId?: number
  properties?: PublishProperties
}

export interface ProbeSubscribe extends Partial<Omit<Subscription, 'topicFilter' | 'qos'>> {
  identifier?: number
}

/** A packet of this type. */
export type PacketOf<T extends Packet['type']> = T extends AckType ? AckPacket : Extract<Packet, { type: T }>

const timeoutMsDefault = 3_000
/** The largest packet of MQTT with its fixed header: a probe takes what comes. */
const packetBytesMax = 268_435_455 + 5
const graceMsDefault = 15

let probes = 0

/**
 * A raw MQTT client: it sends what it is told to, also what no client should, and acknowledges nothing by itself. What it
 * receives is decoded strictly and waits until the test takes it. It is destroyed when the test is over.
 */
export class MqttProbe {
  /** Resolves when the connection is over: with the reason code of the server's DISCONNECT, or null for a bare close. */
  readonly closed: Promise<number | null>
  readonly #stream: Duplex
  readonly #decoder = new Decoder({ role: 'client', packetBytesMax })
  readonly #inbox = new Inbox()
  readonly #autoAck: boolean
  #isClosed = false
  #disconnectReason: number | null = null
  #level: ProtocolLevel = 4
  #clientId = ''
  #connack: ConnackPacket | undefined
  #lastPacketId = 0

  /** Takes over a byte stream: a socket, or a WebSocket as a stream. */
  constructor(stream: Duplex, { autoAck = false }: ProbeOptions = {}) {
    this.#stream = stream
    this.#autoAck = autoAck
    stream.on('data', (chunk: Buffer) => this.#read(chunk))
    // A WebSocket as a stream stays half open after the other side closed.
    stream.once('end', () => stream.destroy())
    // A reset is an ordinary end: 'close' follows it.
    stream.on('error', () => stream.destroy())
    this.closed = new Promise((resolve) => {
      stream.once('close', () => {
        this.#isClosed = true
        this.#inbox.close('the connection is closed')
        resolve(this.#disconnectReason)
      })
    })
    cleanUp(() => this.destroy())
  }

  /** Opens a TCP connection and says nothing yet. */
  static async open(port: number, host = '127.0.0.1', options?: ProbeOptions): Promise<MqttProbe> {
    const socket = connectTcp({ port, host, noDelay: true })
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve)
      socket.once('error', reject)
    })
    return new MqttProbe(socket, options)
  }

  get clientId(): string {
    return this.#clientId
  }

  get level(): ProtocolLevel {
    return this.#level
  }

  /** The CONNACK of `connect`. */
  get connack(): ConnackPacket {
    if (!this.#connack) throw new Error('the probe is not connected')
    return this.#connack
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  /** What came and was not taken yet. */
  get inbox(): readonly Packet[] {
    return this.#inbox.packets
  }

  /** Sends CONNECT and answers the CONNACK, whatever it says. */
  async connect(options: ProbeConnect = {}): Promise<ConnackPacket> {
    this.sendConnect(options)
    this.#connack = await this.next('connack')
    return this.#connack
  }

  /** Sends CONNECT and does not wait. */
  sendConnect(options: ProbeConnect = {}): void {
    const { level = 4, cleanStart = true, keepAliveS = 0, username, password, will, properties } = options
    this.#level = level
    this.#decoder.protocolLevel = level
    this.#clientId = options.clientId ?? `probe-${process.pid}-${++probes}`
    this.send({
      type: 'connect',
      protocolLevel: level,
      cleanStart,
      keepAliveS,
      clientId: this.#clientId,
      username,
      password: password === undefined ? undefined : Buffer.from(password),
      will: will && {
        qos: 0,
        retain: false,
        properties: undefined,
        ...will,
        payload: Buffer.from(will.payload ?? 'will')
      },
      properties
    })
  }

  send(...packets: Packet[]): void {
    this.sendBytes(Buffer.concat(packets.map((packet) => encode(packet, this.#level))))
  }

  /** Sends bytes as they are; a text is hex, blanks allowed. */
  sendBytes(bytes: Buffer | string): void {
    this.#stream.write(typeof bytes === 'string' ? Buffer.from(bytes.replaceAll(' ', ''), 'hex') : bytes)
  }

  /** Hears of the next bytes as they are, before they are decoded. */
  onBytes(listener: (bytes: Buffer) => void): void {
    this.#stream.prependOnceListener('data', listener)
  }

  nextPacketId(): number {
    return ++this.#lastPacketId
  }

  /** Subscribes to one filter, or to several in one packet. */
  async subscribe(
    filters: string | readonly string[],
    qos: Qos = 0,
    { identifier, ...flags }: ProbeSubscribe = {}
  ): Promise<SubackPacket> {
    const packetId = this.nextPacketId()
    this.send({
      type: 'subscribe',
      packetId,
      subscriptions: [filters].flat().map((topicFilter) => ({
        topicFilter,
        qos,
        noLocal: false,
        retainAsPublished: false,
        retainHandling: 0,
        ...flags
      })),
      subscriptionIdentifier: identifier
    })
    return this.#answer('suback', packetId) as Promise<SubackPacket>
  }

  async unsubscribe(...topicFilters: string[]): Promise<UnsubackPacket> {
    const packetId = this.nextPacketId()
    this.send({ type: 'unsubscribe', packetId, topicFilters })
    return this.#answer('unsuback', packetId) as Promise<UnsubackPacket>
  }

  /** Publishes with the whole handshake; answers the reason code of PUBACK or PUBREC, at QoS 0 always 0. */
  async publish(topic: string, payload: string | Buffer, options: ProbePublish = {}): Promise<number> {
    const packetId = this.sendPublish(topic, payload, options)
    const { qos = 0 } = options
    if (qos === 0) return 0
    const answer = await this.#answer(qos === 1 ? 'puback' : 'pubrec', packetId)
    const { reasonCode } = answer as AckPacket
    if (qos === 2 && reasonCode < reasonCodes.unspecifiedError) await this.release(packetId)
    return reasonCode
  }

  /** Sends PUBLISH and does not wait; answers its packet id. */
  sendPublish(topic: string, payload: string | Buffer, options: ProbePublish = {}): number {
    const packet = this.publishPacket(topic, payload, options)
    this.send(packet)
    return packet.packetId
  }

  publishPacket(topic: string, payload: string | Buffer, options: ProbePublish = {}): PublishPacket {
    const { qos = 0, retain = false, dup = false, properties } = options
    const packetId = qos === 0 ? 0 : (options.packetId ?? this.nextPacketId())
    return { type: 'publish', topic, payload: Buffer.from(payload), qos, retain, dup, packetId, properties }
  }

  /** PUBREL for a message of one's own, up to its PUBCOMP. */
  async release(packetId: number): Promise<AckPacket> {
    this.ack('pubrel', packetId)
    return this.#answer('pubcomp', packetId) as Promise<AckPacket>
  }

  /** Sends one acknowledgement. */
  ack(type: AckType, packetId: number, reasonCode = 0): void {
    this.send({ type, packetId, reasonCode })
  }

  /** Acknowledges a received message: PUBACK, or the whole QoS 2 exchange. */
  async acknowledge({ qos, packetId }: PublishPacket): Promise<void> {
    if (qos === 1) this.ack('puback', packetId)
    if (qos !== 2) return
    this.ack('pubrec', packetId)
    await this.#answer('pubrel', packetId)
    this.ack('pubcomp', packetId)
  }

  /** The next packet; of this type, leaving others where they are. */
  async next<T extends Packet['type']>(type?: T, timeoutMs = timeoutMsDefault): Promise<PacketOf<T>> {
    const accepts = (packet: Packet): boolean => type === undefined || packet.type === type
    return (await this.#inbox.take(type ?? 'packet', accepts, timeoutMs)) as PacketOf<T>
  }

  /** The next PUBLISH, acknowledged. */
  async receive(timeoutMs = timeoutMsDefault): Promise<PublishPacket> {
    const packet = await this.next('publish', timeoutMs)
    if (!this.#autoAck) await this.acknowledge(packet)
    return packet
  }

  /** A round trip: what the server had for this client before is here now. */
  async ping(): Promise<void> {
    this.send({ type: 'pingreq' })
    await this.next('pingresp')
  }

  /** Nothing waits here and nothing is on its way: a round trip, a short grace, and a look. */
  async expectNothing(graceMs = graceMsDefault): Promise<void> {
    await this.ping()
    await sleep(graceMs)
    await this.ping()
    if (this.inbox.length > 0) throw new Error(`${this.#clientId} got ${describePackets(this.inbox)}`)
  }

  /** Takes nothing off the network any more: a slow reader. */
  stopReading(): void {
    this.#stream.pause()
  }

  readOn(): void {
    this.#stream.resume()
  }

  /** DISCONNECT, and waits for the end. */
  async disconnect(reasonCode = 0, properties?: DisconnectProperties): Promise<void> {
    this.send({ type: 'disconnect', reasonCode, ...(properties ? { properties } : {}) })
    await this.closed
  }

  /** Cuts the line without a word, and waits for the end. */
  async destroy(): Promise<void> {
    this.#stream.destroy()
    await this.closed
  }

  #answer(type: Packet['type'], packetId: number): Promise<Packet> {
    const accepts = (packet: Packet): boolean =>
      packet.type === type && 'packetId' in packet && packet.packetId === packetId
    return this.#inbox.take(`${type} ${packetId}`, accepts, timeoutMsDefault)
  }

  #read(chunk: Buffer): void {
    try {
      this.#decoder.write(chunk, (packet) => this.#onPacket(packet))
    } catch (error) {
      this.#inbox.close(`the server sent what it may not: ${(error as Error).message}`)
      this.#stream.destroy()
    }
  }

  #onPacket(packet: Packet): void {
    if (packet.type === 'disconnect') this.#disconnectReason = packet.reasonCode
    else if (this.#autoAck && packet.type === 'pubrel') {
      this.ack('pubcomp', packet.packetId)
      return
    }
    this.#inbox.push(packet)
    if (this.#autoAck && packet.type === 'publish' && packet.qos > 0) {
      this.ack(packet.qos === 1 ? 'puback' : 'pubrec', packet.packetId)
    }
  }
}

/** Opens a connection and expects to be let in. */
export async function connectProbe(
  port: number,
  options: ProbeConnect & ProbeOptions & { host?: string } = {}
): Promise<MqttProbe> {
  const probe = await MqttProbe.open(port, options.host, options)
  const { reasonCode } = await probe.connect(options)
  if (reasonCode !== 0) throw new Error(`CONNECT was refused with ${reasonCode}`)
  return probe
}
