import { InstanceQueue } from '../fleet/instance-queue.js'
import { type EventLoop, eventLoop } from '../ops/event-loop.js'
import { traffic } from '../ops/traffic.js'

const tickMs = 2
/** While anybody publishes and the event loop is busy for more than this share of its time, with whatever, fewer are begun. */
const loopShareMax = 0.1
/** While nobody has published anything for so long, nobody is held back. */
const quietAfterMs = 100
/** Connections begun in one tick. At most 8,000 a second. */
const perTickMin = 1
const perTickMax = 16
/** After a rest. */
const perTickAtFirst = 4
/** Ticks that are made up for after a long turn: what was missed before is not read all at once. */
const ticksMadeUpForMax = 25
/** Devices give up after 10 s or more, and come again: who waits is begun before, whatever others have to wait. */
const waitMsMax = 8_000
/** Connections of an instance beyond `connectionsMax` that may be open: those that wait here, have not said CONNECT, or are being decided. */
export const undecidedMax = 1_000
/** Of all instances: each costs a descriptor. */
const waitingMax = 40_000

/** A connection that may have to wait. None of its functions may throw. */
export interface Arrival {
  instanceId: string
  begin(): void
  /** Its instance ended while it waited. */
  dismiss(): void
}

interface Waiting {
  arrival: Arrival
  sinceMs: number
}

/**
 * Begins connections, those of a crowd one after the other: when the power of a site comes back, thousands connect at the same moment,
 * and those who are served must not wait for all of them. While anybody publishes, fewer are begun the busier the event loop is.
 * Instances take turns, so that the crowd of one does not keep the clients of another waiting.
 */
export class Admission {
  readonly #waiting = new InstanceQueue<Waiting>()
  #perTick = perTickAtFirst
  #begunInTick = 0
  /** What had to be begun by now, and was not. */
  #owed = 0
  #ticking = false
  #tickedAtMs = 0
  #adaptedAtMs = 0
  #messagesIn = 0
  #servedAtMs = 0
  #busyMs = 0
  readonly #loop: EventLoop

  constructor(loop = eventLoop) {
    this.#loop = loop
  }

  /** Begins it at once, unless many come. False when `waitingOfInstanceMax` of its instance wait already, or too many of all. */
  admit(arrival: Arrival, waitingOfInstanceMax: number): boolean {
    if (!this.#ticking) this.#start()
    if (this.#waiting.length === 0 && this.#begunInTick < this.#perTick) {
      this.#begunInTick++
      arrival.begin()
      return true
    }
    const { instanceId } = arrival
    if (this.#waiting.lengthOf(instanceId) >= waitingOfInstanceMax) return false
    if (this.#waiting.length >= waitingMax) return false
    this.#waiting.push(instanceId, { arrival, sinceMs: this.#loop.nowMs() })
    return true
  }

  /** The instance ended: nobody waits for it any more. */
  dismiss(instanceId: string): void {
    for (const { arrival } of this.#waiting.remove(instanceId)) arrival.dismiss()
  }

  #start(): void {
    this.#ticking = true
    this.#perTick = perTickAtFirst
    this.#owed = 0
    this.#tickedAtMs = this.#loop.nowMs()
    this.#adaptedAtMs = this.#tickedAtMs
    this.#busyMs = this.#loop.busyMs()
    this.#loop.later(this.#tick, tickMs)
  }

  readonly #tick = (): void => {
    if (this.#begunInTick === 0 && this.#waiting.length === 0) {
      this.#ticking = false
      return
    }
    this.#loop.later(this.#tick, tickMs)
    const nowMs = this.#loop.nowMs()
    this.#adapt(nowMs)
    this.#begunInTick = 0
    this.#owed += this.#ticksPassed(nowMs) * this.#perTickAtLeast(nowMs)
    const due = Math.max(this.#perTick, Math.floor(this.#owed))
    while (this.#begunInTick < due && this.#waiting.length > 0) {
      this.#begunInTick++
      this.#waiting.shift()!.arrival.begin()
    }
    this.#owed = Math.max(this.#owed - due, 0)
  }

  /** A little more while the loop has time or nobody needs it, half as many when it has not. */
  #adapt(nowMs: number): void {
    const busyMs = this.#loop.busyMs()
    const share = (busyMs - this.#busyMs) / (nowMs - this.#adaptedAtMs)
    this.#busyMs = busyMs
    this.#adaptedAtMs = nowMs
    const more = this.#isQuiet(nowMs) || share < loopShareMax
    this.#perTick = more ? Math.min(this.#perTick + 1, perTickMax) : Math.max(this.#perTick >> 1, perTickMin)
  }

  #isQuiet(nowMs: number): boolean {
    if (traffic.messagesIn !== this.#messagesIn) this.#servedAtMs = nowMs
    this.#messagesIn = traffic.messagesIn
    return nowMs - this.#servedAtMs > quietAfterMs
  }

  /** More than one after a long turn. */
  #ticksPassed(nowMs: number): number {
    const passed = Math.floor((nowMs - this.#tickedAtMs) / tickMs)
    this.#tickedAtMs += passed * tickMs
    return Math.min(passed, ticksMadeUpForMax)
  }

  /** However busy the loop is: so many that all who wait are begun in time. */
  #perTickAtLeast(nowMs: number): number {
    const next = this.#waiting.first
    if (!next) return perTickMin
    const ticksLeft = Math.max((next.sinceMs + waitMsMax - nowMs) / tickMs, 1)
    return Math.min(Math.max(this.#waiting.length / ticksLeft, perTickMin), perTickMax)
  }
}
