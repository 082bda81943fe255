import { InstanceQueue } from '../fleet/instance-queue.js'
import { type EventLoop, eventLoop } from '../ops/event-loop.js'

/** Pauses that were too long are made up for, up to so many: otherwise a busy event loop would make of three seconds a minute. */
const pausesMadeUpForMax = 8

export interface Pace {
  /** Steps taken in one turn. */
  perTurn: number
  /** Between two turns others have so long, or as many are made up for; left out: one turn of the event loop follows the other. */
  pauseMs?: number
  /** When more wait than these turns take, each takes more. */
  turnsMax?: number
}

/**
 * Steps that thousands take at the same moment: runs each at once, but no more than a few in one turn of the event loop, so that nobody
 * waits for all of them. Those of an instance are taken in their order; instances take turns.
 */
export class InTurns {
  readonly #perTurn: number
  readonly #pauseMs: number
  readonly #turnsMax: number
  readonly #loop: EventLoop
  readonly #waiting = new InstanceQueue<() => void>()
  #takenInTurn = 0
  #scheduled = false
  #turnDueAtMs = 0

  constructor({ perTurn, pauseMs = 0, turnsMax = Number.POSITIVE_INFINITY }: Pace, loop = eventLoop) {
    this.#perTurn = perTurn
    this.#pauseMs = pauseMs
    this.#turnsMax = turnsMax
    this.#loop = loop
  }

  run(instanceId: string, step: () => void): void {
    if (this.#waiting.length === 0 && this.#takenInTurn < this.#perTurn) {
      this.#takenInTurn++
      step()
    } else this.#waiting.push(instanceId, step)
    if (!this.#scheduled) this.#schedule()
  }

  #schedule(): void {
    this.#scheduled = true
    if (this.#pauseMs === 0) {
      this.#loop.nextTurn(this.#nextTurn)
      return
    }
    this.#turnDueAtMs = this.#loop.nowMs() + this.#pauseMs
    this.#loop.later(this.#nextTurn, this.#pauseMs)
  }

  /** This one, and those that a busy event loop made it miss. */
  #turnsPassed(): number {
    if (this.#pauseMs === 0) return 1
    const missed = Math.max(Math.floor((this.#loop.nowMs() - this.#turnDueAtMs) / this.#pauseMs), 0)
    return 1 + Math.min(missed, pausesMadeUpForMax)
  }

  readonly #nextTurn = (): void => {
    const perTurn = Math.max(this.#perTurn, Math.ceil(this.#waiting.length / this.#turnsMax))
    const due = Math.min(perTurn * this.#turnsPassed(), this.#waiting.length)
    this.#takenInTurn = due
    this.#scheduled = false
    if (due > 0) this.#schedule()
    // No more than were there: what a step adds may take the place of another.
    for (let taken = 0; taken < due; taken++) this.#waiting.shift()!()
  }
}

/**
 * Ends of connections whose lines are cut, or that fall silent, all together. Each takes some tens of microseconds. There is no hurry:
 * 5,000 have three seconds, 40,000 ten, in which the event loop has time for others.
 */
export const ends = new InTurns({ perTurn: 3, pauseMs: 2, turnsMax: 1_500 })

/** Connections, begun or not, that we close ourselves, because their instance is suspended or deleted, or the node stops: at once, but not in one turn. */
export const closings = new InTurns({ perTurn: 16 })

/** When one connection has its turn among the `ends`. */
export class EndTurn {
  readonly #instanceId: string
  #over = false

  constructor(instanceId: string) {
    this.#instanceId = instanceId
  }

  /** Runs what is to be done at its end when its turn comes, or at once when that is over. */
  run(step: () => void): void {
    if (this.#over) step()
    else ends.run(this.#instanceId, step)
  }

  /** It has had its turn, or we end it, and it needs none. */
  over(): void {
    this.#over = true
  }
}
