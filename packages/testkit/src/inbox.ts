import type { Packet } from '@parley/mqtt-wire'

interface Waiter {
  what: string
  accepts: (packet: Packet) => boolean
  resolve(packet: Packet): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

/** What a probe received and nobody took yet, in order, and who waits for more. */
export class Inbox {
  readonly #packets: Packet[] = []
  #waiters: Waiter[] = []
  #closed: string | undefined

  get packets(): readonly Packet[] {
    return this.#packets
  }

  push(packet: Packet): void {
    const waiter = this.#waiters.find(({ accepts }) => accepts(packet))
    if (!waiter) {
      this.#packets.push(packet)
      return
    }
    this.#leave(waiter)
    waiter.resolve(packet)
  }

  /** The oldest packet that fits, waiting for one if there is none. */
  take(what: string, accepts: (packet: Packet) => boolean, timeoutMs: number): Promise<Packet> {
    const at = this.#packets.findIndex(accepts)
    if (at >= 0) return Promise.resolve(this.#packets.splice(at, 1)[0]!)
    if (this.#closed !== undefined) return Promise.reject(new Error(`no ${what}: ${this.#closed}`))
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#leave(waiter)
        reject(new Error(`no ${what} within ${timeoutMs} ms; there is: ${describePackets(this.#packets)}`))
      }, timeoutMs)
      const waiter: Waiter = { what, accepts, resolve, reject, timer }
      this.#waiters.push(waiter)
    })
  }

  /** Nothing more comes: whoever waits hears why. */
  close(reason: string): void {
    this.#closed ??= reason
    for (const waiter of [...this.#waiters]) {
      this.#leave(waiter)
      waiter.reject(new Error(`no ${waiter.what}: ${reason}; there is: ${describePackets(this.#packets)}`))
    }
  }

  #leave(waiter: Waiter): void {
    clearTimeout(waiter.timer)
    this.#waiters = this.#waiters.filter((other) => other !== waiter)
  }
}

/** Packets as a short text for an error. */
export function describePackets(packets: readonly Packet[]): string {
  if (packets.length === 0) return 'nothing'
  return packets
    .map((packet) =>
      packet.type === 'publish' ? `publish ${packet.topic} "${packet.payload.toString()}"` : packet.type
    )
    .join(', ')
}
