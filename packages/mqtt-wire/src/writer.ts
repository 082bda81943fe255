const uint16Max = 0xffff
const varintMax = 268_435_455
/** one byte of type and flags, up to four of length */
const fixedHeaderBytesMax = 5
const initialBytes = 64

/** Bytes that a variable byte integer takes. */
export function varintLength(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x20_0000) return 3
  if (value > varintMax) throw new RangeError(`${value} is too large for a variable byte integer`)
  return 4
}

/** Writes a variable byte integer; returns the offset behind it. */
export function writeVarint(target: Buffer, offset: number, value: number): number {
  let rest = value
  let at = offset
  while (rest > 0x7f) {
    target[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[at++] = rest
  return at
}

/** Bytes of a string on the wire without its length prefix; refuses what a 16 bit length cannot say. */
export function stringLength(text: string): number {
  const length = Buffer.byteLength(text)
  if (length > uint16Max) throw new RangeError('a string of more than 65,535 bytes cannot be sent')
  return length
}

/** Grows as it is written. For packets that are not on the hot path. */
export class Writer {
  #bytes = Buffer.allocUnsafe(initialBytes)
  /** room in front for the fixed header, whose size is known last */
  #end = fixedHeaderBytesMax

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#end++] = value
  }

  uint16(value: number): void {
    this.#reserve(2)
    this.#end = this.#bytes.writeUInt16BE(value, this.#end)
  }

  uint32(value: number): void {
    this.#reserve(4)
    this.#end = this.#bytes.writeUInt32BE(value, this.#end)
  }

  varint(value: number): void {
    this.#reserve(varintLength(value))
    this.#end = writeVarint(this.#bytes, this.#end, value)
  }

  string(text: string): void {
    const length = stringLength(text)
    this.uint16(length)
    this.#reserve(length)
    this.#end += this.#bytes.write(text, this.#end)
  }

  binary(data: Buffer): void {
    if (data.length > uint16Max) throw new RangeError('binary data of more than 65,535 bytes cannot be sent')
    this.uint16(data.length)
    this.raw(data)
  }

  raw(data: Buffer): void {
    this.#reserve(data.length)
    this.#end += data.copy(this.#bytes, this.#end)
  }

  /** What was written, behind its own length as a variable byte integer. */
  withLengthPrefix(): Buffer {
    return this.#bytes.subarray(this.#writeLength(), this.#end)
  }

  /** What was written, as the body of a packet. */
  packet(firstByte: number): Buffer {
    const start = this.#writeLength() - 1
    this.#bytes[start] = firstByte
    return this.#bytes.subarray(start, this.#end)
  }

  /** Returns where the length, right before the body, begins. */
  #writeLength(): number {
    const length = this.#end - fixedHeaderBytesMax
    const start = fixedHeaderBytesMax - varintLength(length)
    writeVarint(this.#bytes, start, length)
    return start
  }

  #reserve(count: number): void {
    const needed = this.#end + count
    if (needed <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2))
    this.#bytes.copy(grown, 0, 0, this.#end)
    this.#bytes = grown
  }
}
