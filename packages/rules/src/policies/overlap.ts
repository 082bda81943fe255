import { advance, isAccepting, oneLevel, start, type Token, theRest } from '../pattern.js'
import { addReachable, dollar, slash, type TopicMachine } from './topic-machine.js'

/**
 * Some topic that the filter matches is matched by the pattern. All ways through the filter are followed at once, as one
 * set of the pattern's states: the time is filter length x pattern length, so no bound is needed.
 */
export function overlaps(machine: TopicMachine, filter: readonly Token[]): boolean {
  const { automaton } = machine
  const states = new Int32Array(automaton.state.length)
  start(automaton, states)
  for (const [i, token] of filter.entries()) {
    if (token === oneLevel || token === theRest) {
      const passed = i === 0 ? afterFirstCharacter(machine, states, token) : states.slice()
      addReachable(machine, passed, token === theRest)
      addStates(states, passed)
    } else {
      if (endsInTheRest(filter, i) && isAccepting(automaton, states)) return true
      if (!advance(automaton, states, token)) return false
    }
  }
  return isAccepting(automaton, states)
}

/**
 * What is left of the filter is `/#`, which also matches the level above [MQTT-4.7.1-2]. Above `/#` itself is none, since
 * no topic is empty [MQTT-4.7.3-1].
 */
export function endsInTheRest(filter: readonly Token[], at: number): boolean {
  return at > 0 && filter[at] === slash && filter[at + 1] === theRest
}

/** A filter that begins with a wildcard matches no topic that begins with `$` [MQTT-4.7.2-1]. */
function afterFirstCharacter(machine: TopicMachine, states: Int32Array, wildcard: Token): Int32Array {
  const { automaton, withinLevel } = machine
  const after = new Int32Array(states.length)
  for (const character of wildcard === theRest ? [...withinLevel, slash] : withinLevel) {
    if (character === dollar) continue
    const one = states.slice()
    advance(automaton, one, character)
    addStates(after, one)
  }
  return after
}

function addStates(states: Int32Array, more: Int32Array): void {
  for (let word = 0; word < states.length; word++) states[word]! |= more[word]!
}
