import { accepts, anyRun, isWildcard, oneLevel, type Token, theRest } from '../pattern.js'
import { covers, type StepBudget } from './coverage.js'
import { type Levels, levelsCover, levelsOf, levelsOverlap, matchesLevels } from './levels.js'
import { overlaps } from './overlap.js'
import { commonPrefix, type TopicFilter } from './topic-filter.js'
import { dollar, type TopicMachine, topicMachine } from './topic-machine.js'

/**
 * The topics of a policy, for one client or for all. Decided by the cheapest means that can: everything, level by level,
 * a prefix; else by an automaton, which is built when it is first needed, since there may be one per client.
 */
export class TopicPattern {
  readonly #tokens: readonly Token[]
  /** Topics that begin with `$` are not meant, as by any pattern that begins with `+` or `#`. */
  readonly skipsDollar: boolean
  readonly #levels: Levels | undefined
  /** What every topic that is meant begins with. */
  readonly #prefix: string
  /** `abc*` or `*`: the prefix decides. */
  readonly #isPrefix: boolean
  #built: TopicMachine | undefined

  constructor(tokens: readonly Token[], skipsDollar: boolean) {
    this.#tokens = tokens
    this.skipsDollar = skipsDollar || tokens[0] === oneLevel || tokens[0] === theRest
    this.#levels = levelsOf(tokens)
    this.#prefix = commonPrefix(tokens)
    this.#isPrefix = tokens.findIndex(isWildcard) === tokens.length - 1 && tokens.at(-1) === anyRun
  }

  matches(topic: string): boolean {
    if (!topic.startsWith(this.#prefix)) return false
    if (this.skipsDollar && topic.startsWith('$')) return false
    if (this.#levels !== undefined) return matchesLevels(this.#levels, topic)
    if (this.#isPrefix) return true
    return accepts(this.#machine.automaton, topic)
  }

  /** Every topic that the filter matches is matched. */
  covers(filter: TopicFilter, budget: StepBudget): boolean {
    if (!filter.hasWildcards) return this.matches(filter.source)
    if (this.skipsDollar && filter.source.startsWith('$')) return false
    if (this.#levels !== undefined) return levelsCover(this.#levels, filter.levels)
    if (!filter.prefix.startsWith(this.#prefix)) return false
    if (this.#isPrefix) return true
    return covers(this.#machine, filter.tokens, budget)
  }

  /** Some topic that the filter matches is matched. */
  overlaps(filter: TopicFilter): boolean {
    if (!filter.hasWildcards) return this.matches(filter.source)
    if (filter.source.startsWith('$') ? this.skipsDollar : this.#tokens[0] === dollar) return false
    if (this.#levels !== undefined) return levelsOverlap(this.#levels, filter.levels)
    if (this.#isPrefix && this.#prefix === '') return true
    return overlaps(this.#machine, filter.tokens)
  }

  get #machine(): TopicMachine {
    this.#built ??= topicMachine(this.#tokens)
    return this.#built
  }
}
