import type { Transport, TransportListener } from '../listeners/transport.js'

/** Size of the buffers that outboxes borrow; a larger need gets one of its own. */
const slabBytes = 4096
/** What may wait for one slow reader outside its queues; above this QoS 0 is dropped and QoS 1 and 2 stay queued. */
export const outboxBytesMax = 1_048_576
/**
 * A client that leaves this much unread is not listened to until it has read: its answers would pile up. More than deliveries can
 * make it, which stop at `outboxBytesMax`: a client that publishes to itself may write first and read later.
 */
export function unreadBytesMax(packetBytesMax: number): number {
  return outboxBytesMax + Math.max(outboxBytesMax, packetBytesMax)
}
/** Buffers that wait for their next use, for the whole process. */
const idleSlabsMax = 1024

const idleSlabs: Buffer[] = []
let dirty: Outbox[] = []
let scheduled = false
const emptyBuffer = Buffer.alloc(0)

function flushAll(): void {
  scheduled = false
  const outboxes = dirty
  dirty = []
  for (let i = 0; i < outboxes.length; i++) outboxes[i]!.flush()
}

/**
 * Collects what one connection is sent and writes it once per turn of the event loop. An idle connection holds no buffer.
 * Usage: `const at = outbox.reserve(n)`, then write n bytes to `outbox.buffer` at `at`, before anything else is reserved.
 */
export class Outbox {
  buffer: Buffer = emptyBuffer
  #used = 0
  /** A frame that several connections share, sent without a copy when it is all there is. */
  #shared: Buffer | undefined = undefined
  #dirty = false
  /** Something was held back because this outbox was full: its listener is called when there is room. */
  #heldBack = false
  readonly #transport: Transport
  readonly #listener: TransportListener

  constructor(transport: Transport, listener: TransportListener) {
    this.#transport = transport
    this.#listener = listener
  }

  /** False: hold back what can wait; the listener's `onDrain` says when to go on. */
  hasRoom(bytesMax = outboxBytesMax): boolean {
    if (this.pendingBytes < bytesMax) return true
    this.#heldBack = true
    return false
  }

  /** Bytes that wait here or in the transport. */
  get pendingBytes(): number {
    return this.#used + (this.#shared?.length ?? 0) + this.#transport.pendingBytes
  }

  reserve(bytes: number): number {
    const shared = this.#shared
    if (shared) {
      this.#shared = undefined
      this.#room(shared.length + bytes)
      shared.copy(this.buffer, 0)
      this.#used = shared.length
    } else {
      this.#room(bytes)
    }
    const at = this.#used
    this.#used += bytes
    this.#markDirty()
    return at
  }

  /** Appends bytes that nobody will change any more. */
  append(bytes: Buffer): void {
    if (this.#used === 0 && this.#shared === undefined) {
      this.#shared = bytes
      this.#markDirty()
      return
    }
    const at = this.reserve(bytes.length)
    bytes.copy(this.buffer, at)
  }

  /** Writes all at once; called by itself at the end of the turn. */
  flush(): void {
    this.#dirty = false
    if (this.#shared) this.#sendShared()
    else if (this.#used > 0) this.#sendBuffer()
    // A transport that took everything at once never says that it drained.
    if (this.#heldBack && this.#transport.pendingBytes === 0) {
      this.#heldBack = false
      this.#listener.onDrain()
    }
  }

  #sendShared(): void {
    const shared = this.#shared!
    this.#shared = undefined
    this.#transport.send(shared)
  }

  #sendBuffer(): void {
    const buffer = this.buffer
    const free = this.#transport.send(buffer.subarray(0, this.#used))
    this.buffer = emptyBuffer
    this.#used = 0
    if (free && buffer.length === slabBytes && idleSlabs.length < idleSlabsMax) idleSlabs.push(buffer)
  }

  #room(bytes: number): void {
    const needed = this.#used + bytes
    if (needed <= this.buffer.length) return
    const larger =
      needed <= slabBytes
        ? (idleSlabs.pop() ?? Buffer.allocUnsafeSlow(slabBytes))
        : Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2))
    this.buffer.copy(larger, 0, 0, this.#used)
    if (this.buffer.length === slabBytes && idleSlabs.length < idleSlabsMax) idleSlabs.push(this.buffer)
    this.buffer = larger
  }

  #markDirty(): void {
    if (this.#dirty) return
    this.#dirty = true
    dirty.push(this)
    if (scheduled) return
    scheduled = true
    setImmediate(flushAll)
  }
}
