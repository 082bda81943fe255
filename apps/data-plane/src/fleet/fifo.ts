/** Places of what was taken are given back when there are so many, and more of them than of what waits. */
const takenMin = 1_024

/** First in, first out, in the same time however many wait: `Array.shift` moves all the others when they are ten thousands. */
export class Fifo<T> {
  #items: (T | undefined)[] = []
  #taken = 0

  get length(): number {
    return this.#items.length - this.#taken
  }

  get first(): T | undefined {
    return this.#items[this.#taken]
  }

  push(item: T): void {
    this.#items.push(item)
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.first
    this.#items[this.#taken++] = undefined
    if (this.#taken >= takenMin && this.#taken > this.length) {
      this.#items = this.#items.slice(this.#taken)
      this.#taken = 0
    }
    return item
  }
}
