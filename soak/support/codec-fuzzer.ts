import {
  Decoder,
  encode,
  type Packet,
  type ProtocolLevel,
  ProtocolViolation,
  type Role,
  reasonCodes
} from '@parley/mqtt-wire'
import {
  clientPacket,
  connectPacket,
  inPieces,
  mutate,
  type Random,
  same,
  serverPacket
} from '@parley/testkit/fuzz'

const levels: readonly ProtocolLevel[] = [3, 4, 5]
/** A small one, in which a lying length is refused, and one that waits for what was announced. */
const packetSizesMax = [1_024, 65_536, 1_048_576]
const failuresKeptMax = 100
/** Valid ones in between keep a decoder going, so that not every mistake meets a fresh one. */
const validOneIn = 2
const foreignOneIn = 64
const namedCodes = new Set<number>(Object.values(reasonCodes))
const firstError = reasonCodes.unspecifiedError

/** What a packet was before it was given to the decoder. */
type Kind = 'valid' | 'mutated' | 'foreign'

/**
 * Gives packets to decoders of a server as its connections would, one decoder until it refuses, and holds that each of
 * them ends in packets or in a violation with a named reason code; that what was accepted is written and read again as the
 * same; and that a packet nobody touched is read as it was made.
 */
export class CodecFuzzer {
  given = 0
  roundTrips = 0
  /** How often a decoder was given up while it waited for the rest of a packet. */
  leftWaiting = 0
  readonly decoded = new Map<Packet['type'], number>()
  readonly violations = new Map<number, number>()
  /** What must never be, one sentence each. */
  readonly failures: string[] = []
  readonly #random: Random
  #level: ProtocolLevel = 4
  #decoder: Decoder | undefined
  #seen: Packet[] = []
  #other: Buffer = Buffer.from([0])

  constructor(random: Random) {
    this.#random = random
  }

  /** One packet; the connection that it needs is made before. */
  step(): void {
    const random = this.#random
    const decoder = this.#currentDecoder()
    if (random.oneIn(foreignOneIn)) this.#giveForeign(decoder)
    else if (random.oneIn(validOneIn)) this.#give(decoder, clientPacket(random, this.#level), 'valid')
    else this.#give(decoder, this.#mutated(), 'mutated')
  }

  #currentDecoder(): Decoder {
    const random = this.#random
    if (this.#decoder) {
      // What waits for a megabyte would take all that follows for the body of one packet.
      const waits = this.#decoder.bufferedBytes > 0
      if (!random.oneIn(waits ? 4 : 64)) return this.#decoder
      if (waits) this.leftWaiting++
    }
    this.#level = random.pick(levels)
    this.#decoder = new Decoder({ role: 'server', packetBytesMax: random.pick(packetSizesMax) })
    const connect = connectPacket(random, this.#level)
    const bytes = encode(connect, this.#level)
    // Also a connection whose CONNECT is broken, or is not there at all.
    if (random.oneIn(16)) this.#give(this.#decoder, mutate(random, bytes, this.#other), 'mutated')
    else if (!random.oneIn(32)) this.#give(this.#decoder, connect, 'valid')
    return this.#decoder ?? this.#currentDecoder()
  }

  #mutated(): Buffer {
    const random = this.#random
    const level = random.oneIn(16) ? random.pick(levels) : this.#level
    const packet = random.oneIn(12) ? connectPacket(random, level) : clientPacket(random, level)
    const bytes = encode(packet, level)
    const mutated = mutate(random, bytes, this.#other)
    this.#other = bytes
    return mutated
  }

  /** What only a server may send: a client's decoder reads it as it was, a server's refuses it. */
  #giveForeign(decoder: Decoder): void {
    const packet = serverPacket(this.#random, this.#level)
    const difference = this.#differs(packet, 'client')
    if (difference) this.#fail(`a server's ${packet.type} ${difference}`, encode(packet, this.#level))
    this.#give(decoder, packet, 'foreign')
  }

  #give(decoder: Decoder, input: Packet | Buffer, kind: Kind): void {
    this.given++
    const bytes = Buffer.isBuffer(input) ? input : encode(input, this.#level)
    const clean = decoder.bufferedBytes === 0 && this.#isNext(decoder, input)
    this.#seen = []
    let refused = false
    try {
      for (const piece of inPieces(this.#random, bytes)) decoder.write(piece, this.#onPacket)
    } catch (error) {
      refused = true
      this.#decoder = undefined
      this.#noteThrown(error, bytes)
    }
    // A broken CONNECT may still be one, of another version.
    if (decoder.protocolLevel !== 0) this.#level = decoder.protocolLevel
    for (const packet of this.#seen) this.#noteDecoded(packet, bytes)
    if (kind === 'valid' && clean) this.#checkValid(input as Packet, bytes, refused)
    if (kind === 'foreign' && clean && !refused) this.#fail('accepted from a client', bytes)
  }

  /** Whether the connection is at the place where this packet belongs. */
  #isNext(decoder: Decoder, input: Packet | Buffer): boolean {
    const first = !Buffer.isBuffer(input) && input.type === 'connect'
    return decoder.protocolLevel === (first ? 0 : this.#level)
  }

  readonly #onPacket = (packet: Packet): void => {
    this.#seen.push(packet)
  }

  #noteThrown(error: unknown, bytes: Buffer): void {
    if (!(error instanceof ProtocolViolation)) {
      this.#fail(`threw ${error instanceof Error ? error.stack : String(error)}`, bytes)
    } else if (!namedCodes.has(error.reasonCode) || error.reasonCode < firstError) {
      this.#fail(`violation with code ${error.reasonCode}`, bytes)
    } else {
      this.violations.set(error.reasonCode, (this.violations.get(error.reasonCode) ?? 0) + 1)
    }
  }

  #noteDecoded(packet: Packet, bytes: Buffer): void {
    this.decoded.set(packet.type, (this.decoded.get(packet.type) ?? 0) + 1)
    const difference = this.#differs(packet, 'server')
    if (difference) this.#fail(`what was accepted as ${packet.type} ${difference}`, bytes)
  }

  #checkValid(packet: Packet, bytes: Buffer, refused: boolean): void {
    // Without an authentication method in CONNECT there is none to answer (4.12).
    if (packet.type === 'auth' && refused) return
    const [seen] = this.#seen
    if (!refused && this.#seen.length === 1 && same(seen, packet)) return
    this.#fail(`valid, but not read as it was: ${JSON.stringify({ packet, seen, refused })}`, bytes)
  }

  /** Writes a packet, reads it, and compares: what went wrong, or undefined. */
  #differs(packet: Packet, role: Role): string | undefined {
    const level = packet.type === 'connect' ? packet.protocolLevel : this.#level
    const protocolLevel = packet.type === 'connect' ? undefined : level
    const decoder = new Decoder({ role, packetBytesMax: Number.POSITIVE_INFINITY, protocolLevel })
    let again: Packet | undefined
    try {
      decoder.write(encode(packet, level), (decoded) => {
        again = decoded
      })
    } catch (error) {
      return `cannot be written and read again: ${String(error)}`
    }
    this.roundTrips++
    return same(again, packet) ? undefined : `is read as another: ${JSON.stringify({ packet, again })}`
  }

  #fail(what: string, bytes: Buffer): void {
    if (this.failures.length >= failuresKeptMax) return
    this.failures.push(`packet ${this.given}, level ${this.#level}, ${bytes.toString('hex')}: ${what}`)
  }
}
