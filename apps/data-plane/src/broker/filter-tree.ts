/** One level of topic filters; `+` and `#` are levels like any other. */
export interface FilterLevel<T> {
  readonly children: ReadonlyMap<string, FilterLevel<T>>
  /** Of the filters that end here. */
  readonly values: readonly T[]
}

interface GrowingLevel<T> extends FilterLevel<T> {
  readonly children: Map<string, GrowingLevel<T>>
  readonly values: T[]
}

/** Values by topic filter, level by level: filters that begin alike are followed as one. */
export class FilterTree<T> {
  readonly #root: GrowingLevel<T> = newLevel()

  get root(): FilterLevel<T> {
    return this.#root
  }

  add(topicFilter: string, value: T): void {
    let level = this.#root
    for (const word of topicFilter.split('/')) {
      let next = level.children.get(word)
      if (!next) {
        next = newLevel()
        level.children.set(word, next)
      }
      level = next
    }
    level.values.push(value)
  }
}

function newLevel<T>(): GrowingLevel<T> {
  return { children: new Map(), values: [] }
}
