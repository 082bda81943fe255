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
 * Steps that thousands take at the same moment: runs each at once, but no more than a few in one turn of the event loop, in their order,
 * so that nobody waits for all of them.
 */
export class InTurns {
  readonly #perTurn: number
  readonly #pauseMs: number
  readonly #turnsMax: number
  readonly #waiting: (() => void)[] = []
  #takenInTurn = 0
  #scheduled = false
  #turnDueAtMs = 0

  constructor({ perTurn, pauseMs = 0, turnsMax = Number.POSITIVE_INFINITY }: Pace) {
    this.#perTurn = perTurn
    this.#pauseMs = pauseMs
    this.#turnsMax = turnsMax
  }

  run(step: () => void): void {
    if (this.#waiting.length === 0 && this.#takenInTurn < this.#perTurn) {
      this.#takenInTurn++
      step()
    } else this.#waiting.push(step)
    if (!this.#scheduled) this.#schedule()
  }

  #schedule(): void {
    this.#scheduled = true
    if (this.#pauseMs === 0) {
      setImmediate(this.#nextTurn)
      return
    }
    this.#turnDueAtMs = performance.now() + this.#pauseMs
    setTimeout(this.#nextTurn, this.#pauseMs)
  }

  /** This one, and those that a busy event loop made it miss. */
  #turnsPassed(): number {
    if (this.#pauseMs === 0) return 1
    const missed = Math.max(Math.floor((performance.now() - this.#turnDueAtMs) / this.#pauseMs), 0)
    return 1 + Math.min(missed, pausesMadeUpForMax)
  }

  readonly #nextTurn = (): void => {
    const due = Math.max(this.#perTurn, Math.ceil(this.#waiting.length / this.#turnsMax))
    const steps = this.#waiting.splice(0, due * this.#turnsPassed())
    this.#takenInTurn = steps.length
    this.#scheduled = false
    if (steps.length > 0) this.#schedule()
    for (const step of steps) step()
  }
}

/**
 * Ends of connections whose lines are cut, or that fall silent, all together. Each takes some tens of microseconds. There is no hurry:
 * 5,000 have three seconds, 40,000 ten, in which the event loop has time for others.
 */
export const ends = new InTurns({ perTurn: 3, pauseMs: 2, turnsMax: 1_500 })

/** Connections that we close ourselves, because their instance is suspended or deleted, or the node stops: at once, but not in one turn. */
export const closings = new InTurns({ perTurn: 16 })
