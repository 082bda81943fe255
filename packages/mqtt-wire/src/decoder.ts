import { decodePacket } from './decode-packet.js'
import { packetCodes as codes } from './packet-codes.js'
import type { Packet, ProtocolLevel, Role } from './packet-types.js'
import { decodeConnect } from './packets/connect.js'
import { PartialPacket } from './partial-packet.js'
import { Reader, varintBytesMax } from './reader.js'
import { reasonCodes } from './reason-codes.js'
import { malformed, ProtocolViolation, protocolError } from './violation.js'

const typeShift = 4
const flagsMask = 0x0f
const defaultUserPropertiesMax = 1_000
const defaultClientLevel = 4

const bodyless = (1 << codes.pingreq) | (1 << codes.pingresp)

export interface DecoderLimits {
  /** of a whole packet, its fixed header included */
  packetBytesMax: number
  /** in one property list; default 1,000: each costs far more memory than its bytes on the wire */
  userPropertiesMax?: number
}

export interface DecoderOptions extends DecoderLimits {
  role: Role
  /** A server's decoder that is given one expects no CONNECT; a client's is 4 unless given. */
  protocolLevel?: ProtocolLevel
}

/** Returns false to stop: the rest is kept until resume. */
// biome-ignore lint/suspicious/noConfusingVoidType: a callback that returns nothing goes on
export type OnPacket = (packet: Packet) => boolean | void

/**
 * Turns the bytes of one connection into packets. Payloads and correlation data share memory with the chunks
 * written; who keeps them for long copies them. After it threw, a decoder ignores everything.
 */
export class Decoder {
  /** 0 until CONNECT was accepted (server). */
  protocolLevel: ProtocolLevel | 0
  packetBytesMax: number
  userPropertiesMax: number
  readonly #role: Role
  readonly #reader = new Reader()
  /** AUTH is allowed only after a CONNECT with an authentication method (4.12) */
  #authExpected: boolean
  readonly #partial = new PartialPacket()
  /** chunks that wait for resume */
  #held: Buffer[] = []
  #stopped = false
  #failed = false
  /** of the packet whose size was read last */
  #bodyStart = 0

  constructor(options: DecoderOptions) {
    this.#role = options.role
    this.protocolLevel = options.protocolLevel ?? (options.role === 'client' ? defaultClientLevel : 0)
    this.packetBytesMax = options.packetBytesMax
    this.userPropertiesMax = options.userPropertiesMax ?? defaultUserPropertiesMax
    this.#authExpected = this.protocolLevel !== 0
  }

  /** Bytes received that are not yet decoded. */
  get bufferedBytes(): number {
    return this.#held.reduce((sum, chunk) => sum + chunk.length, this.#partial.length)
  }

  /**
   * Decodes as many whole packets as the bytes so far hold and calls onPacket for each, in order, before it returns.
   * Throws ProtocolViolation. When onPacket returns false it stops; the rest, and what is written until then, is
   * kept for resume.
   */
  write(chunk: Buffer, onPacket: OnPacket): void {
    if (this.#failed || chunk.length === 0) return
    if (this.#stopped) this.#held.push(chunk)
    else this.#consume(chunk, onPacket)
  }

  /** Goes on after onPacket returned false; not to be called from inside onPacket. */
  resume(onPacket: OnPacket): void {
    this.#stopped = false
    while (!this.#stopped && !this.#failed) {
      const chunk = this.#held.shift()
      if (chunk === undefined) return
      this.#consume(chunk, onPacket)
    }
  }

  #consume(chunk: Buffer, onPacket: OnPacket): void {
    // set while decoding, so that whatever is thrown leaves the decoder closed
    this.#failed = true
    let offset = this.#partial.length === 0 ? 0 : this.#continuePartial(chunk, onPacket)
    while (offset < chunk.length && !this.#stopped) {
      const size = this.#packetSize(chunk, offset, chunk.length)
      if (size === 0 || offset + size > chunk.length) {
        this.#partial.size = size
        this.#partial.append(chunk, offset, chunk.length)
        offset = chunk.length
        break
      }
      this.#emit(chunk, offset, offset + size, onPacket)
      offset += size
    }
    if (offset < chunk.length) this.#held.unshift(chunk.subarray(offset))
    this.#reader.release()
    this.#failed = false
  }

  /** Completes the packet that began in earlier chunks; returns how much of the chunk it took. */
  #continuePartial(chunk: Buffer, onPacket: OnPacket): number {
    const partial = this.#partial
    let offset = 0
    while (partial.size === 0 && offset < chunk.length) {
      partial.append(chunk, offset, ++offset)
      partial.size = this.#packetSize(partial.bytes, 0, partial.length)
    }
    if (partial.size === 0) return offset
    const end = Math.min(chunk.length, offset + partial.size - partial.length)
    partial.append(chunk, offset, end)
    const { bytes, length, size } = partial
    if (length < size) return end
    partial.clear()
    this.#packetSize(bytes, 0, size)
    this.#emit(bytes, 0, size, onPacket)
    return end
  }

  /**
   * Size of the packet at start with its header, 0 when its length is not there yet. Refuses before the body is
   * there. A length with padding is malformed in 5.0 [MQTT-1.5.5-1]; earlier versions do not forbid it.
   */
  #packetSize(bytes: Buffer, start: number, end: number): number {
    const type = bytes[start] >> typeShift
    this.#checkType(type)
    let length = 0
    for (let count = 0; count < varintBytesMax; count++) {
      const at = start + 1 + count
      if (at >= end) return 0
      const byte = bytes[at]
      length |= (byte & 0x7f) << (7 * count)
      if (byte < 0x80) {
        if (byte === 0 && count > 0 && this.protocolLevel === 5) throw malformed('overlong remaining length')
        this.#bodyStart = at + 1
        const size = at + 1 - start + length
        this.#checkSize(type, length, size)
        return size
      }
    }
    // without a length nothing of the stream can be trusted: such a peer gets no answer
    throw silently(malformed('remaining length of more than four bytes'))
  }

  #checkType(type: number): void {
    // [MQTT-3.1.0-1]
    if (this.protocolLevel === 0 && type !== codes.connect) {
      throw silently(protocolError('the first packet is not CONNECT'))
    }
    if (type === 0) throw protocolError('reserved packet type 0')
  }

  #checkSize(type: number, length: number, size: number): void {
    if (length > 0 && (bodyless & (1 << type)) !== 0) throw silently(malformed('a ping with a body'))
    if (size <= this.packetBytesMax) return
    const violation = new ProtocolViolation(reasonCodes.packetTooLarge, 'the packet is too large')
    throw this.protocolLevel === 0 ? silently(violation) : violation
  }

  #emit(bytes: Buffer, start: number, end: number, onPacket: OnPacket): void {
    this.#reader.reset(bytes, this.#bodyStart, end)
    const first = bytes[start]
    const packet = this.#decode(first >> typeShift, first & flagsMask)
    if (onPacket(packet) === false) this.#stopped = true
  }

  #decode(type: number, flags: number): Packet {
    const level = this.protocolLevel
    if (level === 0) return this.#decodeFirst(flags)
    if (type === codes.auth && level === 5 && !this.#authExpected) {
      throw protocolError('AUTH without an authentication method in CONNECT')
    }
    return decodePacket(this.#reader, type, flags, level, this.#role, this.userPropertiesMax)
  }

  #decodeFirst(flags: number): Packet {
    const packet = decodeConnect(this.#reader, flags, this.userPropertiesMax)
    this.protocolLevel = packet.protocolLevel
    this.#authExpected = packet.properties?.authenticationMethod !== undefined
    return packet
  }
}

function silently(violation: ProtocolViolation): ProtocolViolation {
  return new ProtocolViolation(violation.reasonCode, violation.message, 'none')
}
