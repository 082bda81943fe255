import { performance } from 'node:perf_hooks'

/** The event loop of this process, as those see it who share it out; tests have one whose time they make themselves. */
export interface EventLoop {
  nowMs(): number
  /** How long it has been busy, with whatever, since the process began. */
  busyMs(): number
  later(step: () => void, afterMs: number): void
  /** After what else this turn and the network have. */
  nextTurn(step: () => void): void
}

export const eventLoop: EventLoop = {
  nowMs: () => performance.now(),
  busyMs: () => performance.eventLoopUtilization().active,
  later: (step, afterMs) => setTimeout(step, afterMs),
  nextTurn: (step) => setImmediate(step)
}
