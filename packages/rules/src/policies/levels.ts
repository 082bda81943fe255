// Topics level by level: what decides a pattern that has no other wildcards than `+` and `#`.
import { anyOne, anyRun, isWildcard, oneLevel, type Token, textOf, theRest } from '../pattern.js'

/** The text of a level, or a wildcard. */
export type Level = string | typeof oneLevel | typeof theRest
export type Levels = readonly Level[]

const slash = 0x2f

/**
 * Undefined when a `*` or a `?` is among the tokens. No topic is empty, so `#` and `/#` match the same as `+/#` and `/+/#`,
 * and are read as these: above their `#` is a topic.
 */
export function levelsOf(tokens: readonly Token[]): Levels | undefined {
  if (tokens.includes(anyRun) || tokens.includes(anyOne)) return undefined
  const levels: Level[] = []
  for (let from = 0; from <= tokens.length; ) {
    const slashAt = tokens.indexOf(slash, from)
    const end = slashAt === -1 ? tokens.length : slashAt
    const wildcard = end === from + 1 && isWildcard(tokens[from]!) ? (tokens[from] as Level) : undefined
    levels.push(wildcard ?? textOf(tokens.slice(from, end)))
    from = end + 1
  }
  const root = levels[0] === '' ? 1 : 0
  if (levels[root] === theRest) levels.splice(root, 0, oneLevel)
  return levels
}

export function matchesLevels(levels: Levels, topic: string): boolean {
  /** Where the next level starts; behind the end when there is none. */
  let at = 0
  for (const level of levels) {
    // Also when no level is left: `cmd/#` matches `cmd` [MQTT-4.7.1-2].
    if (level === theRest) return true
    if (at > topic.length) return false
    const end = level === oneLevel ? levelEnd(topic, at) : at + level.length
    if (level !== oneLevel && !isWholeLevel(topic, level, at, end)) return false
    at = end + 1
  }
  return at > topic.length
}

/** Every topic that `filter` matches is matched by `pattern`. */
export function levelsCover(pattern: Levels, filter: Levels): boolean {
  for (const [i, level] of pattern.entries()) {
    if (level === theRest) return true
    const asked = filter[i]
    if (asked === undefined || asked === theRest) return false
    if (level !== oneLevel && level !== asked) return false
  }
  return pattern.length === filter.length
}

/** Some topic is matched by both. */
export function levelsOverlap(a: Levels, b: Levels): boolean {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const left = a[i]
    const right = b[i]
    if (left === theRest || right === theRest) return true
    if (left === undefined || right === undefined) return false
    if (left !== right && left !== oneLevel && right !== oneLevel) return false
  }
  return true
}

function levelEnd(topic: string, from: number): number {
  const slashAt = topic.indexOf('/', from)
  return slashAt === -1 ? topic.length : slashAt
}

function isWholeLevel(topic: string, level: string, at: number, end: number): boolean {
  return topic.startsWith(level, at) && (end === topic.length || topic.charCodeAt(end) === slash)
}
