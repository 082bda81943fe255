/** Lets tasks of one name run one after the other; tasks of different names do not wait for each other. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>()

  take<T>(name: string, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name)
    const result = before ? before.then(task) : task()
    const settled: Promise<void> = result.then(
      () => this.#leave(name, settled),
      () => this.#leave(name, settled)
    )
    this.#last.set(name, settled)
    return result
  }

  #leave(name: string, settled: Promise<void>): void {
    if (this.#last.get(name) === settled) this.#last.delete(name)
  }
}
