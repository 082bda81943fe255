import type { Socket } from 'node:net'
import {
  Decoder,
  encode,
  encodePublish,
  type Packet,
  type ProtocolLevel,
  type PublishPacket,
  type Qos,
  shortAckLength,
  writeShortAck
} from '@parley/mqtt-wire'
import { type Destination, openSocket } from '@parley/testkit/fuzz'
import { SoakError } from './options.js'

const answerTimeoutMs = 30_000
const packetBytesMax = 16_777_216
const packetIdMax = 65_535

export interface ClientOptions extends Destination {
  clientId: string
  level: ProtocolLevel
  onPublish?: (packet: PublishPacket) => void
  /** The server acknowledged a publish of this client. */
  onPuback?: (packetId: number) => void
}

interface Waiting {
  type: Packet['type']
  resolve(): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

/** A quick and well-behaved client: it acknowledges what it gets at QoS 1, the whole of a chunk in one write. */
export class SoakClient {
  readonly clientId: string
  closed = false
  readonly #socket: Socket
  readonly #options: ClientOptions
  readonly #decoder: Decoder
  #acks: number[] = []
  #waiting: Waiting | undefined
  #lastPacketId = 0

  private constructor(socket: Socket, options: ClientOptions) {
    this.clientId = options.clientId
    this.#socket = socket
    this.#options = options
    this.#decoder = new Decoder({ role: 'client', packetBytesMax, protocolLevel: options.level })
    socket.on('data', (chunk: Buffer) => this.#onData(chunk))
    socket.once('close', () => {
      this.closed = true
      this.#settle((waiting) => waiting.reject(new SoakError(`${this.clientId} was closed.`)))
    })
  }

  /** A client that was let in, with a clean session and without keep alive. */
  static async connect(options: ClientOptions): Promise<SoakClient> {
    const client = new SoakClient(await openSocket(options), options)
    client.#send({
      type: 'connect',
      protocolLevel: options.level,
      cleanStart: true,
      keepAliveS: 0,
      clientId: options.clientId,
      username: undefined,
      password: undefined,
      will: undefined,
      properties: undefined
    })
    await client.#next('connack')
    return client
  }

  async subscribe(topicFilter: string, qos: Qos): Promise<void> {
    const flags = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
    this.#send({
      type: 'subscribe',
      packetId: this.#nextPacketId(),
      subscriptions: [{ topicFilter, qos, ...flags }],
      subscriptionIdentifier: undefined
    })
    await this.#next('suback')
  }

  /** Sends a message and does not wait; answers its packet id, 0 at QoS 0. */
  publish(topic: string, payload: Buffer, qos: Qos, retain = false): number {
    const packetId = qos === 0 ? 0 : this.#nextPacketId()
    const flags = { qos, retain, dup: false, packetId, properties: undefined }
    this.#socket.write(encodePublish({ type: 'publish', topic, payload, ...flags }, this.#options.level))
    return packetId
  }

  /** A round trip: what the server had for this client before is here now. */
  async ping(): Promise<void> {
    this.#send({ type: 'pingreq' })
    await this.#next('pingresp')
  }

  /** Takes nothing off the network any more. */
  stopReading(): void {
    this.#socket.pause()
  }

  readOn(): void {
    this.#socket.resume()
  }

  async destroy(): Promise<void> {
    if (this.closed) return
    await new Promise<void>((resolve) => {
      this.#socket.once('close', () => resolve())
      this.#socket.destroy()
    })
  }

  #send(packet: Packet): void {
    this.#socket.write(encode(packet, this.#options.level))
  }

  #next(type: Packet['type']): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#settle(() =>
          reject(new SoakError(`${this.clientId}: no ${type} within ${answerTimeoutMs} ms.`))
        )
      }, answerTimeoutMs)
      this.#waiting = { type, resolve, reject, timer }
    })
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting
    if (!waiting) return
    this.#waiting = undefined
    clearTimeout(waiting.timer)
    how(waiting)
  }

  #onData(chunk: Buffer): void {
    this.#decoder.write(chunk, this.#onPacket)
    if (this.#acks.length === 0) return
    const bytes = Buffer.allocUnsafe(this.#acks.length * shortAckLength)
    this.#acks.forEach((packetId, index) => {
      writeShortAck(bytes, index * shortAckLength, 'puback', packetId)
    })
    this.#acks = []
    this.#socket.write(bytes)
  }

  readonly #onPacket = (packet: Packet): void => {
    if (packet.type === 'publish') {
      if (packet.qos === 1) this.#acks.push(packet.packetId)
      this.#options.onPublish?.(packet)
    } else if (packet.type === 'puback') {
      this.#options.onPuback?.(packet.packetId)
    } else if (packet.type === 'connack' && packet.reasonCode !== 0) {
      this.#settle(({ reject }) => reject(new SoakError(`${this.clientId} was refused.`)))
    } else if (packet.type === this.#waiting?.type) {
      this.#settle(({ resolve }) => resolve())
    }
  }

  #nextPacketId(): number {
    this.#lastPacketId = this.#lastPacketId === packetIdMax ? 1 : this.#lastPacketId + 1
    return this.#lastPacketId
  }
}
