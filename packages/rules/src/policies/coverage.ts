import { type Automaton, advance, isAccepting, oneLevel, start, type Token, theRest } from '../pattern.js'
import { endsInTheRest } from './overlap.js'
import { dollar, hasState, slash, type TopicMachine } from './topic-machine.js'

/** How many steps are left to all patterns of one decision together. */
export interface StepBudget {
  left: number
}

/** A pattern such as `*a????????` has 2^8 sets of states and more; what goes beyond this many steps is "not covered". */
export const stepsMax = 8_192

/** Somewhere in the filter, with the states of the pattern that are possible there. */
interface Position {
  at: number
  readonly states: Int32Array
}

interface Walk {
  readonly machine: TopicMachine
  readonly filter: readonly Token[]
  readonly budget: StepBudget
  readonly pending: Position[]
  readonly seen: Set<string>
  /** The first way along the filter costs no more than matching a topic, so up to here it was free. */
  furthest: number
}

/**
 * Every topic that the filter matches is matched by the pattern. Follows the filter character by character and holds the
 * pattern's possible states as one set, as a subset construction does, but only as far as the filter leads. A topic that
 * ends outside of the pattern settles it. False as well when the budget is spent.
 */
export function covers(machine: TopicMachine, filter: readonly Token[], budget: StepBudget): boolean {
  const pending = firstPositions(machine, filter)
  const walk: Walk = { machine, filter, budget, pending, seen: new Set(), furthest: 0 }
  for (let position = pending.pop(); position !== undefined; position = pending.pop()) {
    if (!follow(walk, position) || budget.left < 0) return false
  }
  return true
}

/** On to the end of the filter; other ways that open go to `pending`. False when a topic is not matched. */
function follow(walk: Walk, position: Position): boolean {
  const { machine, filter, budget } = walk
  const { states } = position
  while (!coversAll(machine, states) && budget.left >= 0) {
    const { at } = position
    const token = filter[at]
    const mayEnd = token === undefined || token === theRest || endsInTheRest(filter, at)
    if (mayEnd && !isAccepting(machine.automaton, states)) return false
    if (token === undefined) return true
    if (token === oneLevel || token === theRest) {
      if (!branch(walk, position, token === theRest) || token === theRest) return true
    } else {
      if (at < walk.furthest) budget.left--
      if (!step(machine.automaton, states, token)) return false
    }
    position.at++
    walk.furthest = Math.max(walk.furthest, position.at)
  }
  return true
}

/** A topic is never empty, and one that begins with `$` is not matched by a wildcard there: so the first step differs. */
function firstPositions({ automaton, withinLevel }: TopicMachine, filter: readonly Token[]): Position[] {
  const states = new Int32Array(automaton.state.length)
  start(automaton, states)
  const [first] = filter
  if (first !== oneLevel && first !== theRest) return [{ at: 0, states }]
  const after = (character: number) => {
    const copy = states.slice()
    step(automaton, copy, character)
    return copy
  }
  const positions = withinLevel.filter((it) => it !== dollar).map((it) => ({ at: 0, states: after(it) }))
  if (first === theRest) positions.push({ at: 0, states: after(slash) })
  // `+/a` also matches `/a`: the level is empty and its slash the first character.
  else if (filter.length > 1) positions.push({ at: 2, states: after(slash) })
  return positions
}

/** One position more for each kind of character that a wildcard takes. False when the same was done before. */
function branch(walk: Walk, { at, states }: Position, slashToo: boolean): boolean {
  const key = `${at} ${states.join()}`
  if (walk.seen.has(key)) return false
  walk.seen.add(key)
  const { automaton, withinLevel } = walk.machine
  for (const character of slashToo ? [slash, ...withinLevel] : withinLevel) {
    const copy = states.slice()
    step(automaton, copy, character)
    walk.pending.push({ at, states: copy })
    walk.budget.left--
  }
  return true
}

function step(automaton: Automaton, states: Int32Array, character: number): boolean {
  const alive = advance(automaton, states, character)
  dropImplied(automaton, states)
  return alive
}

/**
 * What an earlier state accepts from here on, the last `*` that was reached accepts as well, so it is enough to keep that:
 * this is what makes the sets few for patterns of many `*`.
 */
function dropImplied({ runs }: Automaton, states: Int32Array): void {
  for (let word = states.length - 1; word >= 0; word--) {
    const reached = states[word]! & runs[word]!
    if (reached === 0) continue
    states[word]! &= -1 << (31 - Math.clz32(reached))
    states.fill(0, 0, word)
    return
  }
}

function coversAll({ endless }: TopicMachine, states: Int32Array): boolean {
  return endless !== undefined && hasState(states, endless)
}
