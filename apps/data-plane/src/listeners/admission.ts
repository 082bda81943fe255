import { performance } from 'node:perf_hooks'
import { traffic } from '../ops/traffic.js'

/** Share of the event loop's time above which fewer connections are begun: the rest is for those who publish. */
const loopShareMax = 0.15
/** While nobody has published anything for so long, nobody waits. */
const quietAfterMs = 100
const tickMs = 2
/** Connections begun for each tick that passed, however busy the loop is: 500 a second. */
const perTickMin = 1
/** At most 8,000 a second. */
const perTickMax = 16
/** After a rest. */
const perTickAtFirst = 4
/** Connections of one instance that may wait: each costs a socket. */
const waitingPerInstanceMax = 20_000

/**
 * Begins connections, those of a crowd one after the other: when the power of a site comes back, thousands connect at the same moment,
 * and those who are served must not wait for all of them. While anybody publishes, fewer are begun the busier the event loop is.
 * Instances take turns, so that the crowd of one does not keep the clients of another waiting.
 */
export class Admission {
  /** By instance; the one at the front has the next turn. */
  readonly #queues = new Map<string, (() => void)[]>()
  #perTick = perTickAtFirst
  #begunInTick = 0
  #ticking = false
  #tickedAtMs = 0
  #messagesIn = 0
  #servedAtMs = 0
  #utilization = performance.eventLoopUtilization()

  /** `begin` follows: at once, unless many come. False when too many of this instance wait. It must not throw. */
  admit(instanceId: string, begin: () => void): boolean {
    if (!this.#ticking) this.#start()
    if (this.#queues.size === 0 && this.#begunInTick < this.#perTick) {
      this.#begunInTick++
      begin()
      return true
    }
    const queue = this.#queues.get(instanceId)
    if (!queue) this.#queues.set(instanceId, [begin])
    else if (queue.length < waitingPerInstanceMax) queue.push(begin)
    else return false
    return true
  }

  #start(): void {
    this.#ticking = true
    this.#perTick = perTickAtFirst
    this.#tickedAtMs = performance.now()
    this.#utilization = performance.eventLoopUtilization()
    setTimeout(this.#tick, tickMs)
  }

  readonly #tick = (): void => {
    if (this.#begunInTick === 0) {
      this.#ticking = false
      return
    }
    setTimeout(this.#tick, tickMs)
    this.#adapt()
    this.#begunInTick = 0
    const due = Math.max(this.#perTick, this.#ticksPassed() * perTickMin)
    while (this.#begunInTick < due && this.#queues.size > 0) {
      this.#begunInTick++
      this.#next()()
    }
  }

  /** A little more while the loop has time or nobody needs it, half as many when it has not. */
  #adapt(): void {
    const utilization = performance.eventLoopUtilization()
    const { utilization: share } = performance.eventLoopUtilization(utilization, this.#utilization)
    this.#utilization = utilization
    const more = share < loopShareMax || this.#isQuiet()
    this.#perTick = more ? Math.min(this.#perTick + 1, perTickMax) : Math.max(this.#perTick >> 1, perTickMin)
  }

  #isQuiet(): boolean {
    const nowMs = performance.now()
    if (traffic.messagesIn !== this.#messagesIn) this.#servedAtMs = nowMs
    this.#messagesIn = traffic.messagesIn
    return nowMs - this.#servedAtMs > quietAfterMs
  }

  /** More than one after a long turn. */
  #ticksPassed(): number {
    const nowMs = performance.now()
    const passed = Math.floor((nowMs - this.#tickedAtMs) / tickMs)
    this.#tickedAtMs += passed * tickMs
    return passed
  }

  #next(): () => void {
    const [instanceId, queue] = this.#queues.entries().next().value!
    const begin = queue.shift()!
    this.#queues.delete(instanceId)
    if (queue.length > 0) this.#queues.set(instanceId, queue)
    return begin
  }
}
