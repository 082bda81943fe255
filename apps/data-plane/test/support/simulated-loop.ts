import type { EventLoop } from '../../src/ops/event-loop.js'

/** An event loop whose time passes only as a test says, so that it is the same on every machine. */
export class SimulatedLoop implements EventLoop {
  #nowMs = 0
  #busyMs = 0
  #timers: { step: () => void; atMs: number }[] = []

  nowMs(): number {
    return this.#nowMs
  }

  busyMs(): number {
    return this.#busyMs
  }

  later(step: () => void, afterMs: number): void {
    this.#timers.push({ step, atMs: this.#nowMs + afterMs })
  }

  nextTurn(step: () => void): void {
    this.later(step, 0)
  }

  /** A turn with so much to do: timers that are due meanwhile run at its end. */
  turn(ms: number): void {
    this.#nowMs += ms
    this.#busyMs += ms
    this.#runTimers()
  }

  /** Nothing to do for so long but timers, each at its time. */
  rest(ms: number): void {
    const endsAtMs = this.#nowMs + ms
    for (;;) {
      const nextMs = Math.min(...this.#timers.map(({ atMs }) => atMs))
      if (nextMs > endsAtMs) break
      this.#nowMs = Math.max(this.#nowMs, nextMs)
      this.#runTimers()
    }
    this.#nowMs = endsAtMs
  }

  #runTimers(): void {
    const due = this.#timers.filter(({ atMs }) => atMs <= this.#nowMs)
    this.#timers = this.#timers.filter(({ atMs }) => atMs > this.#nowMs)
    for (const { step } of due) step()
  }
}
