interface Level<T> {
  readonly children: Map<string, Level<T>>
  readonly values: T[]
}

const dollar = 0x24

/** Values by topic filter, found by topic name: what many filters cost depends on the topic, not on their number. */
export class FilterTree<T> {
  readonly #root: Level<T> = newLevel()

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

  /** `$` topics are not matched by filters that begin with a wildcard [MQTT-4.7.2-1]. */
  match(topic: string): T[] {
    const found: T[] = []
    collect(this.#root, topic.split('/'), 0, topic.charCodeAt(0) !== dollar, found)
    return found
  }
}

function newLevel<T>(): Level<T> {
  return { children: new Map(), values: [] }
}

function collect<T>(level: Level<T>, words: string[], depth: number, wildcards: boolean, found: T[]): void {
  if (wildcards) take(level.children.get('#'), found)
  if (depth === words.length) {
    take(level, found)
    return
  }
  const exact = level.children.get(words[depth]!)
  // A topic name holds no wildcards, so that `exact` is never the `+` or `#` level.
  if (exact) collect(exact, words, depth + 1, true, found)
  const single = wildcards ? level.children.get('+') : undefined
  if (single) collect(single, words, depth + 1, true, found)
}

function take<T>(level: Level<T> | undefined, found: T[]): void {
  if (!level) return
  for (const value of level.values) found.push(value)
}
