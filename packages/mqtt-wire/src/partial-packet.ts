import { nothing, varintBytesMax } from './reader.js'

const headerBytesMax = 1 + varintBytesMax

/**
 * The first bytes of a packet that has not arrived whole. Grows by doubling up to the size of the packet: linear for
 * any split into chunks, and a peer that only announces a large packet does not make us allocate it.
 */
export class PartialPacket {
  bytes: Buffer = nothing
  length = 0
  /** of the whole packet; 0 while its header is incomplete */
  size = 0

  append(chunk: Buffer, start: number, end: number): void {
    const needed = this.length + end - start
    if (needed > this.bytes.length) this.#grow(needed)
    chunk.copy(this.bytes, this.length, start, end)
    this.length = needed
  }

  /** The packet may keep parts of the bytes: they are not used again. */
  clear(): void {
    this.bytes = nothing
    this.length = 0
    this.size = 0
  }

  #grow(needed: number): void {
    const doubled = Math.max(needed, this.bytes.length * 2, headerBytesMax)
    const grown = Buffer.allocUnsafe(this.size === 0 ? doubled : Math.min(doubled, this.size))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }
}
