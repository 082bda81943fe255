import { type Automaton, anyOne, anyRun, automatonOf, oneLevel, type Token, theRest } from '../pattern.js'

export const slash = 0x2f
export const dollar = 0x24
/** Stands for every character that the pattern does not name. */
const otherCharacter = -1
/** No topic holds these [MQTT-3.3.2-2] [MQTT-1.5.4-2]. */
const notInTopics: ReadonlySet<number> = new Set([0, 0x2b, 0x23])

/** A pattern as an automaton that can be asked about many topics at once. */
export interface TopicMachine {
  readonly automaton: Automaton
  readonly tokens: readonly Token[]
  /** One of each kind of character that the pattern tells apart, `/` excepted. */
  readonly withinLevel: readonly number[]
  /** The last state, when it stays and accepts whatever comes. */
  readonly endless: number | undefined
}

export function topicMachine(tokens: readonly Token[]): TopicMachine {
  const automaton = automatonOf(tokens)
  const named = automaton.named.filter((it) => it !== slash && !notInTopics.has(it))
  const last = tokens.at(-1)
  return {
    automaton,
    tokens,
    withinLevel: [...named, otherCharacter],
    endless: last === anyRun || last === theRest ? tokens.length - 1 : undefined
  }
}

export function hasState(states: Int32Array, state: number): boolean {
  return ((states[state >>> 5]! >>> (state & 31)) & 1) === 1
}

/** Adds what can be reached by any run of characters; without `slashToo` of characters other than `/`. */
export function addReachable({ tokens }: TopicMachine, states: Int32Array, slashToo: boolean): void {
  for (let i = 0; i < tokens.length; i++) {
    if (hasState(states, i) && isPassable(tokens[i]!, slashToo)) states[(i + 1) >>> 5]! |= 1 << ((i + 1) & 31)
  }
}

function isPassable(token: Token, slashToo: boolean): boolean {
  if (token === anyRun || token === anyOne || token === oneLevel || token === theRest) return true
  return token === slash ? slashToo : !notInTopics.has(token)
}
