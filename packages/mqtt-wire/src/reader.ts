import { readUtf8 } from './utf8.js'
import { malformed } from './violation.js'

/** A variable byte integer has at most four bytes [MQTT-1.5.5-1]. */
export const varintBytesMax = 4

/** Shared: an idle connection should cost as little as it can. */
export const nothing = Buffer.alloc(0)

/** A cursor over the body of one packet. One per decoder, pointed at packet after packet. */
export class Reader {
  bytes: Buffer = nothing
  position = 0
  end = 0

  reset(bytes: Buffer, position: number, end: number): void {
    this.bytes = bytes
    this.position = position
    this.end = end
  }

  /** An idle connection must not keep the last chunk alive. */
  release(): void {
    this.bytes = nothing
  }

  get remaining(): number {
    return this.end - this.position
  }

  byte(): number {
    if (this.position >= this.end) throw malformed('the packet ends early')
    return this.bytes[this.position++]
  }

  uint16(): number {
    const at = this.position
    if (at + 2 > this.end) throw malformed('the packet ends early')
    this.position = at + 2
    return (this.bytes[at] << 8) | this.bytes[at + 1]
  }

  uint32(): number {
    const at = this.position
    if (at + 4 > this.end) throw malformed('the packet ends early')
    this.position = at + 4
    return this.bytes.readUInt32BE(at)
  }

  /** [MQTT-1.5.5-1]: the encoding with the fewest bytes, at most four. */
  varint(): number {
    let value = 0
    for (let shift = 0; shift < varintBytesMax * 7; shift += 7) {
      const byte = this.byte()
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) {
        if (byte === 0 && shift > 0) throw malformed('overlong variable byte integer')
        return value
      }
    }
    throw malformed('variable byte integer of more than four bytes')
  }

  string(): string {
    const length = this.uint16()
    const start = this.position
    if (start + length > this.end) throw malformed('the packet ends inside a string')
    this.position = start + length
    return readUtf8(this.bytes, start, start + length)
  }

  /** Shares memory with the bytes received. */
  binary(): Buffer {
    const length = this.uint16()
    const start = this.position
    if (start + length > this.end) throw malformed('the packet ends inside binary data')
    this.position = start + length
    return this.bytes.subarray(start, start + length)
  }

  /** Everything left; shares memory with the bytes received. */
  rest(): Buffer {
    const start = this.position
    this.position = this.end
    return this.bytes.subarray(start, this.end)
  }

  expectEnd(): void {
    if (this.position !== this.end) throw malformed('bytes after the end of the packet')
  }
}
