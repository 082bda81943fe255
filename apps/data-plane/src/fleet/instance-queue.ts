import { Fifo } from './fifo.js'

interface Line<T> {
  instanceId: string
  items: Fifo<T>
  removed: boolean
}

const keep = (): boolean => false

/** What waits for its turn, by instance: instances take turns, so that a crowd of one does not keep another waiting. */
export class InstanceQueue<T> {
  readonly #lines = new Map<string, Line<T>>()
  /** Each line once, and those that were removed until their turn comes; the first has the next turn. */
  readonly #turns = new Fifo<Line<T>>()
  #length = 0

  get length(): number {
    return this.#length
  }

  lengthOf(instanceId: string): number {
    return this.#lines.get(instanceId)?.items.length ?? 0
  }

  /** What `shift` takes next. */
  get first(): T | undefined {
    this.#forgetRemoved()
    return this.#turns.first?.items.first
  }

  push(instanceId: string, item: T): void {
    let line = this.#lines.get(instanceId)
    if (!line) {
      line = { instanceId, items: new Fifo(), removed: false }
      this.#lines.set(instanceId, line)
      this.#turns.push(line)
    }
    line.items.push(item)
    this.#length++
  }

  /** Takes the first of the instance that has the turn. What `passOver` answers true for is taken out, and takes no turn. */
  shift(passOver: (item: T) => boolean = keep): T | undefined {
    for (;;) {
      this.#forgetRemoved()
      const line = this.#turns.shift()
      if (!line) return undefined
      const item = this.#firstOf(line, passOver)
      if (line.items.length > 0) this.#turns.push(line)
      else this.#lines.delete(line.instanceId)
      if (item !== undefined) return item
    }
  }

  /** Takes all that waits of one instance, in its order. */
  remove(instanceId: string): T[] {
    const line = this.#lines.get(instanceId)
    if (!line) return []
    line.removed = true
    this.#lines.delete(instanceId)
    this.#length -= line.items.length
    return Array.from({ length: line.items.length }, () => line.items.shift()!)
  }

  #forgetRemoved(): void {
    while (this.#turns.first?.removed) this.#turns.shift()
  }

  #firstOf({ items }: Line<T>, passOver: (item: T) => boolean): T | undefined {
    while (items.length > 0) {
      const item = items.shift()!
      this.#length--
      if (!passOver(item)) return item
    }
    return undefined
  }
}
