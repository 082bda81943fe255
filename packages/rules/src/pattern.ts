// Patterns of a condition. A pattern is compiled to the cheapest form that can decide it; what is left runs as a set of
// states held in bits. Time is text length x pattern length / 32, whatever the pattern says: nothing is tried twice, and
// no RegExp is built from user text.

/** `topic` adds `+` (one whole level) and `#` (the rest, last level only); elsewhere these are ordinary characters. */
export type PatternKind = 'text' | 'topic'

export type Pattern =
  | { readonly kind: 'always' }
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'prefix'; readonly text: string }
  /** `cmd/#`: the level `cmd` itself and everything below it [MQTT-4.7.1-2]. */
  | { readonly kind: 'branch'; readonly root: string; readonly below: string }
  | {
      readonly kind: 'general'
      readonly automaton: Automaton
      readonly prefix: string
      readonly suffix: string
    }

/** What a pattern is made of: a code point that stands for itself, or one of the wildcards, which are negative. */
export type Token = number

/** State `i`: the first `i` tokens are matched. Bit `i % 32` of word `i / 32` says that the state is possible. */
export interface Automaton {
  /** How many words a set of states takes. */
  readonly words: number
  /** The characters that the pattern names. `named[i]` is of kind `i + 1`; kind 0 is every other character. */
  readonly named: readonly number[]
  /** The kinds of ASCII characters, and those of named ones beyond. */
  readonly asciiKinds: Uint16Array
  readonly otherKinds: ReadonlyMap<number, number>
  /** By kind, `words` words each: the states whose next token takes it. */
  readonly moves: Int32Array
  /** States that stay as they are on any character (`*`, `#`). */
  readonly runs: Int32Array
  /** States that stay as they are on any character but `/`: `runs` and `+`. These are also passed without a character. */
  readonly skips: Int32Array
  readonly accepted: Int32Array
  readonly state: Int32Array
}

export const anyRun = -1
export const anyOne = -2
export const oneLevel = -3
export const theRest = -4
const star = 0x2a
const questionMark = 0x3f
const plus = 0x2b
const hash = 0x23
const slash = 0x2f
const asciiMax = 0x7f
const wordBits = 32

/** A `+` that is not a whole level, and a `#` that is not the last one, stand for themselves and so match no topic. */
export function compilePattern(source: string, kind: PatternKind): Pattern {
  const tokens = tokensOf(codePointsOf(source), kind)
  const firstWildcard = tokens.findIndex(isWildcard)
  if (firstWildcard === -1) return { kind: 'exact', text: source }

  const prefix = textOf(tokens.slice(0, firstWildcard))
  if (firstWildcard === tokens.length - 1) {
    const wildcard = tokens[firstWildcard]
    if (prefix === '' && (wildcard === anyRun || wildcard === theRest)) return { kind: 'always' }
    if (wildcard === anyRun) return { kind: 'prefix', text: prefix }
    if (wildcard === theRest) return { kind: 'branch', root: prefix.slice(0, -1), below: prefix }
  }
  const suffix = textOf(tokens.slice(tokens.findLastIndex(isWildcard) + 1))
  return { kind: 'general', automaton: automatonOf(tokens), prefix, suffix }
}

/** A value that is absent (an anonymous username) matches only a pattern that matches everything. */
export function matchesPattern(pattern: Pattern, value: string | null): boolean {
  if (pattern.kind === 'always') return true
  if (value === null) return false
  switch (pattern.kind) {
    case 'exact':
      return value === pattern.text
    case 'prefix':
      return value.startsWith(pattern.text)
    case 'branch':
      return value === pattern.root || value.startsWith(pattern.below)
    case 'general':
      return accepts(pattern.automaton, value)
  }
}

/** Why a topic pattern could never mean what it says, or undefined. */
export function topicPatternProblem(source: string): string | undefined {
  const levels = source.split('/')
  for (const [i, level] of levels.entries()) {
    if (level.includes('#') && (level !== '#' || i < levels.length - 1)) {
      return '`#` must be the last level and stand alone in it, as in `cmd/#`'
    }
    if (level.includes('+') && level !== '+') return '`+` must be a whole level, as in `cmd/+/door`'
  }
  return undefined
}

export function codePointsOf(text: string): number[] {
  return Array.from(text, (character) => character.codePointAt(0)!)
}

/** Reads the wildcards among the characters of a pattern; all others are tokens as they are. */
export function tokensOf(characters: readonly number[], kind: PatternKind): Token[] {
  const tokens: Token[] = []
  for (const [i, character] of characters.entries()) {
    const startsLevel = i === 0 || characters[i - 1] === slash
    const isLast = i === characters.length - 1
    const endsLevel = isLast || characters[i + 1] === slash
    if (character === star) {
      if (tokens.at(-1) !== anyRun) tokens.push(anyRun)
    } else if (character === questionMark) {
      tokens.push(anyOne)
    } else if (kind === 'topic' && character === plus && startsLevel && endsLevel) {
      tokens.push(oneLevel)
    } else if (kind === 'topic' && character === hash && startsLevel && isLast) {
      tokens.push(theRest)
    } else {
      tokens.push(character)
    }
  }
  return tokens
}

export function isWildcard(token: Token): boolean {
  return token < 0
}

export function textOf(tokens: readonly Token[]): string {
  return tokens.map((token) => String.fromCodePoint(token)).join('')
}

export function automatonOf(tokens: readonly Token[]): Automaton {
  const words = (tokens.length >>> 5) + 1
  const statesWhere = (test: (token: Token) => boolean): Int32Array => {
    const states = new Int32Array(words)
    for (const [i, token] of tokens.entries()) if (test(token)) addState(states, i)
    return states
  }
  const accepted = new Int32Array(words)
  addState(accepted, tokens.length)
  // `x/#` also matches `x`: the last two tokens, `/` and `#`, may be left out together.
  if (tokens.at(-1) === theRest) addState(accepted, tokens.length - 2)
  const named = [...new Set(tokens.filter((token) => !isWildcard(token)))]
  return {
    words,
    named,
    ...kindsOf(named),
    moves: movesOf(tokens, named, words),
    runs: statesWhere((token) => token === anyRun || token === theRest),
    skips: statesWhere((token) => token === anyRun || token === theRest || token === oneLevel),
    accepted,
    state: new Int32Array(words)
  }
}

function kindsOf(named: readonly number[]): Pick<Automaton, 'asciiKinds' | 'otherKinds'> {
  const asciiKinds = new Uint16Array(asciiMax + 1)
  const otherKinds = new Map<number, number>()
  for (const [i, character] of named.entries()) {
    if (character <= asciiMax) asciiKinds[character] = i + 1
    else otherKinds.set(character, i + 1)
  }
  return { asciiKinds, otherKinds }
}

/** `?` takes every kind, a character its own. */
function movesOf(tokens: readonly Token[], named: readonly number[], words: number): Int32Array {
  const kinds = new Map(named.map((character, i) => [character, i + 1]))
  const moves = new Int32Array((named.length + 1) * words)
  for (const [i, token] of tokens.entries()) {
    const kind = kinds.get(token)
    if (kind !== undefined) addState(moves, kind * words * wordBits + i)
    if (token !== anyOne) continue
    for (let any = 0; any <= named.length; any++) addState(moves, any * words * wordBits + i)
  }
  return moves
}

function addState(states: Int32Array, state: number): void {
  states[state >>> 5]! |= 1 << (state & 31)
}

export function accepts(automaton: Automaton, text: string): boolean {
  if (automaton.words === 1) return acceptsInOneWord(automaton, text)
  const { state } = automaton
  start(automaton, state)
  for (let i = 0; i < text.length; i++) {
    const character = text.codePointAt(i)!
    if (character > 0xffff) i++
    if (!advance(automaton, state, character)) return false
  }
  return isAccepting(automaton, state)
}

/** The same for a pattern of at most 31 tokens: its set of states is a number. */
function acceptsInOneWord(automaton: Automaton, text: string): boolean {
  const { moves } = automaton
  const runs = automaton.runs[0]!
  const skips = automaton.skips[0]!
  let state = 1 | ((skips & 1) << 1)
  for (let i = 0; i < text.length; i++) {
    const character = text.codePointAt(i)!
    if (character > 0xffff) i++
    const move = moves[kindOf(automaton, character)]!
    state = ((state & move) << 1) | (state & (character === slash ? runs : skips))
    if (state === 0) return false
    state |= (state & skips) << 1
  }
  return (state & automaton.accepted[0]!) !== 0
}

function kindOf({ asciiKinds, otherKinds }: Automaton, character: number): number {
  return asciiKinds[character] ?? otherKinds.get(character) ?? 0
}

/** Makes `state` what it is before the first character. */
export function start(automaton: Automaton, state: Int32Array): void {
  state.fill(0)
  state[0] = 1
  skipAhead(state, automaton.skips)
}

/** Takes one character. False when no state is left. */
export function advance(automaton: Automaton, state: Int32Array, character: number): boolean {
  const { words, moves, runs, skips } = automaton
  const from = kindOf(automaton, character) * words
  const stay = character === slash ? runs : skips
  // From the highest word down, because a word takes its carry from the one below as that was.
  for (let word = words - 1; word >= 0; word--) {
    const carry = word === 0 ? 0 : (state[word - 1]! & moves[from + word - 1]!) >>> 31
    state[word] = ((state[word]! & moves[from + word]!) << 1) | carry | (state[word]! & stay[word]!)
  }
  return skipAhead(state, skips)
}

export function isAccepting({ accepted }: Automaton, state: Int32Array): boolean {
  for (let word = 0; word < state.length; word++) if ((state[word]! & accepted[word]!) !== 0) return true
  return false
}

/**
 * Runs and levels may be empty: their state implies the next. One step is enough, since two such tokens are never
 * neighbours: `**` is read as `*`, and `+` and `#` are whole levels. False when no state is left.
 */
function skipAhead(state: Int32Array, skips: Int32Array): boolean {
  let carry = 0
  let alive = 0
  for (let word = 0; word < state.length; word++) {
    const skipped = state[word]! & skips[word]!
    state[word]! |= (skipped << 1) | carry
    carry = skipped >>> 31
    alive |= state[word]!
  }
  return alive !== 0
}
