/**
 * Lets only so many tasks run at once, and the next one begin in a turn of its own: a crowd's answers that come together would
 * otherwise be worked off without a break, and everybody who is connected would wait for them.
 */
export class Pace {
  readonly #atOnceMax: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(atOnceMax: number) {
    this.#atOnceMax = atOnceMax
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnceMax) this.#running++
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await task()
    } finally {
      setImmediate(() => this.#next())
    }
  }

  #next(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#running--
  }
}
