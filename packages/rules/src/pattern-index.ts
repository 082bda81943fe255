import { compilePattern, matchesPattern, type Pattern, type PatternKind } from './pattern.js'

/** Values whose result is remembered, per index; when full, all are forgotten. */
const cachedValuesMax = 4_096
/** Longer values are matched anew each time, so that a cache holds at most a few MiB. */
const cachedValueCharactersMax = 512

/** The rules that share one pattern. */
interface Entry {
  readonly pattern: Pattern
  readonly rules: Int32Array
}

/** Fixed text that a value must have at its start, at its end, or as one of its levels, or the pattern cannot match. */
interface Clue {
  readonly where: 'start' | 'end' | 'level'
  readonly text: string
}

/**
 * Which of many rules match a value, as a set of bits: bit `i` stands for rule `i`. Rules with the same pattern are
 * matched as one, and a pattern is tried only when the value has the fixed text that it asks for.
 */
export class PatternIndex {
  /** The rules that match everything, and so what an absent value matches. Shared: never written to. */
  readonly always: Int32Array
  readonly #allAlways: boolean
  readonly #exact = new Map<string, Entry[]>()
  readonly #byClue = {
    start: new Map<string, Entry[]>(),
    end: new Map<string, Entry[]>(),
    level: new Map<string, Entry[]>()
  }
  readonly #startLengths: readonly number[]
  readonly #endLengths: readonly number[]
  readonly #withoutClue: Entry[] = []
  readonly #cache = new Map<string, Int32Array>()

  /** `patterns[i]` is that of rule `i`. */
  constructor(patterns: readonly string[], kind: PatternKind) {
    const words = Math.ceil(patterns.length / 32)
    const entries = new Map<string, Entry>()
    for (const [i, source] of patterns.entries()) {
      const entry = entries.get(source) ?? {
        pattern: compilePattern(source, kind),
        rules: new Int32Array(words)
      }
      entry.rules[i >>> 5]! |= 1 << (i & 31)
      entries.set(source, entry)
    }
    this.always = new Int32Array(words)
    const popularity = countClues(entries)
    for (const [source, entry] of entries) this.#add(source, entry, popularity)
    this.#allAlways = [...entries.values()].every(({ pattern }) => pattern.kind === 'always')
    this.#startLengths = lengthsOf(this.#byClue.start)
    this.#endLengths = lengthsOf(this.#byClue.end)
  }

  /** The answer is shared: it must not be written to. */
  matching(value: string): Int32Array {
    if (this.#allAlways) return this.always
    const known = this.#cache.get(value)
    if (known !== undefined) return known
    const matching = this.#match(value)
    if (value.length <= cachedValueCharactersMax) {
      if (this.#cache.size >= cachedValuesMax) this.#cache.clear()
      this.#cache.set(value, matching)
    }
    return matching
  }

  #add(source: string, entry: Entry, popularity: ReadonlyMap<string, number>): void {
    const { pattern, rules } = entry
    switch (pattern.kind) {
      case 'always':
        addRules(this.always, rules)
        break
      case 'exact':
        append(this.#exact, pattern.text, entry)
        break
      case 'prefix':
        append(this.#byClue.start, pattern.text, entry)
        break
      case 'branch':
        append(this.#exact, pattern.root, entry)
        append(this.#byClue.start, pattern.below, entry)
        break
      case 'general': {
        // The clue that the fewest patterns share sorts out most values.
        const [best] = cluesOf(source, pattern).sort(
          (a, b) => popularity.get(clueKey(a))! - popularity.get(clueKey(b))! || b.text.length - a.text.length
        )
        if (best) append(this.#byClue[best.where], best.text, entry)
        else this.#withoutClue.push(entry)
      }
    }
  }

  #match(value: string): Int32Array {
    const { start, end, level } = this.#byClue
    let matching = this.#addMatches(this.always, this.#exact.get(value), value)
    matching = this.#addMatches(matching, this.#withoutClue, value)
    for (const length of this.#startLengths) {
      if (length > value.length) break
      matching = this.#addMatches(matching, start.get(value.slice(0, length)), value)
    }
    for (const length of this.#endLengths) {
      if (length > value.length) break
      matching = this.#addMatches(matching, end.get(value.slice(-length)), value)
    }
    if (level.size === 0) return matching
    for (const name of value.split('/')) matching = this.#addMatches(matching, level.get(name), value)
    return matching
  }

  #addMatches(matching: Int32Array, entries: readonly Entry[] | undefined, value: string): Int32Array {
    if (entries === undefined) return matching
    let result = matching
    for (const { pattern, rules } of entries) {
      if (!matchesPattern(pattern, value)) continue
      if (result === this.always) result = this.always.slice()
      addRules(result, rules)
    }
    return result
  }
}

function countClues(entries: ReadonlyMap<string, Entry>): Map<string, number> {
  const popularity = new Map<string, number>()
  for (const [source, { pattern }] of entries) {
    if (pattern.kind !== 'general') continue
    for (const clue of cluesOf(source, pattern)) {
      popularity.set(clueKey(clue), (popularity.get(clueKey(clue)) ?? 0) + 1)
    }
  }
  return popularity
}

function cluesOf(source: string, pattern: Pattern & { kind: 'general' }): Clue[] {
  const clues: Clue[] = []
  if (pattern.prefix !== '') clues.push({ where: 'start', text: pattern.prefix })
  if (pattern.suffix !== '') clues.push({ where: 'end', text: pattern.suffix })
  for (const level of new Set(source.split('/'))) {
    // What stands between two slashes of the pattern stands between two of the value, whatever a `*` beside it takes.
    if (level !== '' && !/[*?+#]/.test(level)) clues.push({ where: 'level', text: level })
  }
  return clues
}

function clueKey({ where, text }: Clue): string {
  return `${where} ${text}`
}

function lengthsOf(texts: ReadonlyMap<string, unknown>): number[] {
  return [...new Set([...texts.keys()].map((text) => text.length))].sort((a, b) => a - b)
}

function append(lists: Map<string, Entry[]>, key: string, entry: Entry): void {
  const list = lists.get(key)
  if (list) list.push(entry)
  else lists.set(key, [entry])
}

function addRules(rules: Int32Array, more: Int32Array): void {
  for (let word = 0; word < rules.length; word++) rules[word]! |= more[word]!
}
