/**
 * Steps that thousands take at the same moment: runs each at once, but no more than a few in one turn of the event loop, in their order,
 * so that nobody waits for all of them.
 */
export class InTurns {
  readonly #perTurn: number
  readonly #waiting: (() => void)[] = []
  #takenInTurn = 0
  #scheduled = false

  constructor(perTurn: number) {
    this.#perTurn = perTurn
  }

  run(step: () => void): void {
    if (this.#waiting.length === 0 && this.#takenInTurn < this.#perTurn) {
      this.#takenInTurn++
      step()
    } else this.#waiting.push(step)
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(this.#nextTurn)
  }

  readonly #nextTurn = (): void => {
    const steps = this.#waiting.splice(0, this.#perTurn)
    this.#takenInTurn = steps.length
    this.#scheduled = steps.length > 0
    if (this.#scheduled) setImmediate(this.#nextTurn)
    for (const step of steps) step()
  }
}

/**
 * Ends of connections whose lines are cut, that fall silent, or whose instance is suspended, all together. One takes some tens of
 * microseconds: so many are about a millisecond.
 */
export const ends = new InTurns(32)
