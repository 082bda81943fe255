/** Times in milliseconds, and what share of them was how long. */
export class Latencies {
  #values = new Float64Array(1_024)
  #count = 0

  add(ms: number): void {
    if (this.#count === this.#values.length) {
      const larger = new Float64Array(this.#count * 2)
      larger.set(this.#values)
      this.#values = larger
    }
    this.#values[this.#count++] = ms
  }

  /** The time that `share` of them did not exceed: 0.99 is p99. */
  quantile(share: number): number {
    if (this.#count === 0) return Number.NaN
    const sorted = this.#values.slice(0, this.#count).sort()
    return sorted[Math.min(this.#count - 1, Math.floor(this.#count * share))]!
  }
}
