const firstDelayMs = 200
const maxDelayMs = 5_000
/** Who has been up for so long begins anew. */
const steadyAfterMs = 30_000

/** How long to wait before a restart: doubles from 0.2 s to 5 s, and begins anew after 30 s without a death. */
export class Backoff {
  #next = firstDelayMs

  /** The delay after a process that had been up for `uptimeMs` has died. */
  delayAfter(uptimeMs: number): number {
    if (uptimeMs >= steadyAfterMs) this.#next = firstDelayMs
    const delay = this.#next
    this.#next = Math.min(delay * 2, maxDelayMs)
    return delay
  }
}
