import { matchesPattern, type Pattern } from './pattern.js'

/** Values whose result is remembered, per index; when full, all are forgotten. */
const cachedValuesMax = 4_096
/** Longer values are matched anew each time, so that a cache holds at most a few MiB. */
const cachedValueCharactersMax = 512

/**
 * Which of many patterns match a value, as a set of bits: bit `i` stands for pattern `i`. A pattern is tried only when
 * the fixed text at its beginning or end is that of the value.
 */
export class PatternIndex {
  /** The patterns that match everything, and so what an absent value matches. Shared: never written to. */
  readonly always: Int32Array
  readonly #patterns: readonly Pattern[]
  readonly #allAlways: boolean
  readonly #exact = new Map<string, number[]>()
  readonly #prefixes = new AffixIndex('start')
  readonly #suffixes = new AffixIndex('end')
  readonly #unindexed: number[] = []
  readonly #cache = new Map<string, Int32Array>()

  constructor(patterns: readonly Pattern[]) {
    this.#patterns = patterns
    this.#allAlways = patterns.every((pattern) => pattern.kind === 'always')
    this.always = new Int32Array(Math.ceil(patterns.length / 32))
    for (const [i, pattern] of patterns.entries()) this.#add(i, pattern)
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

  #add(i: number, pattern: Pattern): void {
    switch (pattern.kind) {
      case 'always':
        setBit(this.always, i)
        break
      case 'exact':
        append(this.#exact, pattern.text, i)
        break
      case 'prefix':
        this.#prefixes.add(pattern.text, i)
        break
      case 'branch':
        append(this.#exact, pattern.root, i)
        this.#prefixes.add(pattern.below, i)
        break
      case 'general':
        if (pattern.prefix === '' && pattern.suffix === '') this.#unindexed.push(i)
        else if (pattern.prefix.length >= pattern.suffix.length) this.#prefixes.add(pattern.prefix, i)
        else this.#suffixes.add(pattern.suffix, i)
    }
  }

  #match(value: string): Int32Array {
    let matching = this.#addMatches(this.always, this.#exact.get(value), value)
    matching = this.#addMatches(matching, this.#unindexed, value)
    for (const affixes of [this.#prefixes, this.#suffixes]) {
      for (const length of affixes.lengths) {
        if (length > value.length) break
        matching = this.#addMatches(matching, affixes.having(value, length), value)
      }
    }
    return matching
  }

  #addMatches(matching: Int32Array, candidates: readonly number[] | undefined, value: string): Int32Array {
    if (candidates === undefined) return matching
    let result = matching
    for (const i of candidates) {
      if (!matchesPattern(this.#patterns[i]!, value)) continue
      if (result === this.always) result = this.always.slice()
      setBit(result, i)
    }
    return result
  }
}

/** Patterns by the text that a value must begin or end with. */
class AffixIndex {
  /** Every length that occurs, shortest first. */
  readonly lengths: number[] = []
  readonly #side: 'start' | 'end'
  readonly #patterns = new Map<string, number[]>()

  constructor(side: 'start' | 'end') {
    this.#side = side
  }

  add(affix: string, pattern: number): void {
    append(this.#patterns, affix, pattern)
    if (this.lengths.includes(affix.length)) return
    this.lengths.push(affix.length)
    this.lengths.sort((a, b) => a - b)
  }

  having(value: string, length: number): readonly number[] | undefined {
    return this.#patterns.get(this.#side === 'start' ? value.slice(0, length) : value.slice(-length))
  }
}

function append(lists: Map<string, number[]>, key: string, item: number): void {
  const list = lists.get(key)
  if (list) list.push(item)
  else lists.set(key, [item])
}

function setBit(bits: Int32Array, i: number): void {
  bits[i >>> 5]! |= 1 << (i & 31)
}
