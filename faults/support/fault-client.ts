import { connect, type Socket } from 'node:net'
import { waitUntil } from '@parley/embedded'
import {
  Decoder,
  encode,
  type Packet,
  type ProtocolLevel,
  type PublishPacket,
  type PublishProperties,
  type Qos,
  reasonCodes
} from '@parley/mqtt-wire'
import { cleanUp } from '@parley/testkit'

const packetBytesMax = 1_048_576
const reconnectAfterMs = 50
/** A CONNECT that the server does not answer is tried again. */
const connackTimeoutMs = 8_000
const waitTimeoutMs = 20_000
const sessionExpiryS = 3_600

export interface FaultClientOptions {
  port: number
  clientId: string
  level: ProtocolLevel
  /** Default true: the session is kept, and goes on with each connection. */
  persistent?: boolean
  /** Acknowledgements leave together, this long after the first message. Default 0: with the next turn. */
  acknowledgeAfterMs?: number
  /** A message that the application gets: at QoS 2 not one whose packet id is between PUBREC and PUBREL. */
  onMessage?(packet: PublishPacket): void
  /** PUBACK or PUBCOMP with success of what was published under this key. */
  onAcknowledged?(key: string): void
}

export interface Outgoing {
  key: string
  topic: string
  payload: string
  qos: 1 | 2
  properties?: PublishProperties
}

/** What is not acknowledged yet: sent again, in order, over each new connection. */
interface Unfinished {
  publish: PublishPacket
  key: string
  released: boolean
}

/**
 * A client as MQTT wants it to be: it keeps its side of the session (what it sent and was not acknowledged, which QoS 2 packet ids it
 * holds), connects again by itself when the line is cut, and sends again with DUP under the same packet ids.
 */
export class FaultClient {
  readonly #options: FaultClientOptions
  readonly #unfinished = new Map<number, Unfinished>()
  /** QoS 2 packet ids between PUBREC and PUBREL. */
  readonly #held = new Set<number>()
  #socket: Socket | undefined
  #connected = false
  #ended = false
  #lastPacketId = 0
  #acknowledgements: Packet[] = []
  #subscribed = 0
  #pongs = 0
  connects = 0
  /** PUBACK and PUBCOMP that were sent for what came. */
  answersSent = 0
  /** Connections that should have found the session, and did not. */
  sessionsLost = 0
  /** Acknowledgements with a reason code of failure, and refused CONNECTs. */
  refused = 0
  connectsRefused = 0
  /** What came that no server may send. */
  violations: string[] = []

  constructor(options: FaultClientOptions) {
    this.#options = options
    cleanUp(() => this.end())
    this.#open()
  }

  get clientId(): string {
    return this.#options.clientId
  }

  get connected(): boolean {
    return this.#connected
  }

  get unfinished(): number {
    return this.#unfinished.size
  }

  async ready(): Promise<void> {
    await this.#until('connected', () => this.#connected)
  }

  async subscribe(topicFilter: string, qos: Qos): Promise<void> {
    const count = this.#subscribed
    const flags = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
    const packetId = this.#packetId()
    this.#send({
      type: 'subscribe',
      packetId,
      subscriptions: [{ topicFilter, qos, ...flags }],
      subscriptionIdentifier: undefined
    })
    await this.#until('subscribed', () => this.#subscribed > count)
  }

  /** Sends it now or with the next connection, until it is acknowledged. */
  publish({ key, topic, payload, qos, properties }: Outgoing): number {
    const packetId = this.#packetId()
    const publish: PublishPacket = {
      type: 'publish',
      topic,
      payload: Buffer.from(payload),
      qos,
      retain: false,
      dup: false,
      packetId,
      properties
    }
    this.#unfinished.set(packetId, { publish, key, released: false })
    if (this.#connected) this.#send(publish)
    return packetId
  }

  /** A round trip over the connection of now. */
  async ping(): Promise<void> {
    const count = this.#pongs
    this.#send({ type: 'pingreq' })
    await this.#until('answered a ping', () => this.#pongs > count)
  }

  /** Cuts the line; the next connection is made by itself. */
  cut(): void {
    this.#socket?.destroy()
  }

  async reconnect(): Promise<void> {
    const count = this.connects
    this.cut()
    await this.#until('connected again', () => this.#connected && this.connects > count)
  }

  end(): void {
    this.#ended = true
    this.#socket?.destroy()
  }

  #open(): void {
    if (this.#ended) return
    const { port, clientId, level, persistent = true } = this.#options
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const decoder = new Decoder({ role: 'client', protocolLevel: level, packetBytesMax })
    this.#socket = socket
    const patience = setTimeout(() => this.#connected || socket.destroy(), connackTimeoutMs)
    socket.on('connect', () =>
      this.#send({
        type: 'connect',
        protocolLevel: level,
        cleanStart: !persistent,
        keepAliveS: 0,
        clientId,
        username: undefined,
        password: undefined,
        will: undefined,
        properties: level === 5 && persistent ? { sessionExpiryInterval: sessionExpiryS } : undefined
      })
    )
    socket.on('data', (chunk: Buffer) => {
      try {
        decoder.write(chunk, (packet) => this.#onPacket(packet))
      } catch (error) {
        this.violations.push((error as Error).message)
        socket.destroy()
      }
    })
    socket.on('error', () => socket.destroy())
    socket.once('close', () => {
      clearTimeout(patience)
      this.#connected = false
      // They belonged to the connection: what they spoke of comes again.
      this.#acknowledgements = []
      setTimeout(() => this.#open(), reconnectAfterMs)
    })
  }

  #onPacket(packet: Packet): void {
    switch (packet.type) {
      case 'connack':
        this.#onConnack(packet.reasonCode, packet.sessionPresent)
        break
      case 'publish':
        this.#onPublish(packet)
        break
      case 'puback':
        this.#onFinished(packet.packetId, packet.reasonCode, 1)
        break
      case 'pubrec':
        this.#onPubrec(packet.packetId, packet.reasonCode)
        break
      case 'pubrel':
        this.#held.delete(packet.packetId)
        this.#acknowledge({ type: 'pubcomp', packetId: packet.packetId, reasonCode: 0 })
        break
      case 'pubcomp':
        this.#onFinished(packet.packetId, packet.reasonCode, 2)
        break
      case 'suback':
        this.#subscribed++
        break
      case 'pingresp':
        this.#pongs++
        break
    }
  }

  #onConnack(reasonCode: number, sessionPresent: boolean): void {
    if (reasonCode !== 0) {
      this.connectsRefused++
      this.#socket!.destroy()
      return
    }
    const { persistent = true } = this.#options
    if (persistent && this.connects > 0 && !sessionPresent) this.sessionsLost++
    if (!sessionPresent) this.#held.clear()
    this.connects++
    this.#connected = true
    for (const { publish, released } of this.#unfinished.values()) {
      const { packetId } = publish
      this.#send(released ? { type: 'pubrel', packetId, reasonCode: 0 } : publish)
      // Whatever is sent from here on may have arrived before [MQTT-3.3.1-1].
      publish.dup = true
    }
  }

  #onPublish(packet: PublishPacket): void {
    const { qos, packetId } = packet
    const again = qos === 2 && this.#held.has(packetId)
    if (qos === 2) this.#held.add(packetId)
    if (!again) this.#options.onMessage?.(packet)
    if (qos > 0) this.#acknowledge({ type: qos === 1 ? 'puback' : 'pubrec', packetId, reasonCode: 0 })
  }

  /** With the others that wait for the delay. */
  #acknowledge(packet: Packet): void {
    const { acknowledgeAfterMs = 0 } = this.#options
    if (this.#acknowledgements.length === 0) setTimeout(() => this.#flush(), acknowledgeAfterMs)
    this.#acknowledgements.push(packet)
  }

  #flush(): void {
    const packets = this.#acknowledgements
    this.#acknowledgements = []
    if (!this.#connected) return
    this.#send(...packets)
    for (const { type } of packets) if (type !== 'pubrec') this.answersSent++
  }

  #onPubrec(packetId: number, reasonCode: number): void {
    const entry = this.#unfinished.get(packetId)
    if (entry && reasonCode >= reasonCodes.unspecifiedError) {
      this.#onFinished(packetId, reasonCode, 2)
      return
    }
    if (entry) entry.released = true
    this.#send({ type: 'pubrel', packetId, reasonCode: 0 })
  }

  #onFinished(packetId: number, reasonCode: number, qos: 1 | 2): void {
    const entry = this.#unfinished.get(packetId)
    if (entry?.publish.qos !== qos) return
    this.#unfinished.delete(packetId)
    // A PUBCOMP that does not know the packet id ends the exchange as well: its PUBREL had arrived before [MQTT-4.3.3-7].
    const known =
      reasonCode < reasonCodes.unspecifiedError || reasonCode === reasonCodes.packetIdentifierNotFound
    if (known) this.#options.onAcknowledged?.(entry.key)
    else this.refused++
  }

  #packetId(): number {
    do this.#lastPacketId = (this.#lastPacketId % 65_535) + 1
    while (this.#unfinished.has(this.#lastPacketId))
    return this.#lastPacketId
  }

  #send(...packets: Packet[]): void {
    const { level } = this.#options
    this.#socket?.write(Buffer.concat(packets.map((packet) => encode(packet, level))))
  }

  async #until(what: string, condition: () => boolean): Promise<void> {
    if (!(await waitUntil(condition, waitTimeoutMs)))
      throw new Error(`${this.clientId} was not ${what} in time`)
  }
}
