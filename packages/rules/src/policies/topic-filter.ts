import {
  codePointsOf,
  isWildcard,
  oneLevel,
  type Token,
  textOf,
  theRest,
  topicPatternProblem
} from '../pattern.js'
import { hasTopicWildcard } from '../text.js'
import { type Levels, levelsOf } from './levels.js'

const sharePrefix = '$share/'
const plus = 0x2b
const hash = 0x23

/** A topic filter that a client asks for. It matches no topic that begins with `$` unless it does itself. */
export interface TopicFilter {
  readonly source: string
  readonly tokens: readonly Token[]
  readonly levels: Levels
  readonly hasWildcards: boolean
  /** What every topic that it matches begins with. */
  readonly prefix: string
}

/** Undefined when it is no valid filter of one client's own; `$share/group/` is taken off before. */
export function parseTopicFilter(source: string): TopicFilter | undefined {
  if (source === '' || source.includes('\0') || isShared(source)) return undefined
  if (topicPatternProblem(source) !== undefined) return undefined
  // `*` and `?` are ordinary characters of a topic filter.
  const tokens = codePointsOf(source).map((character) =>
    character === plus ? oneLevel : character === hash ? theRest : character
  )
  return {
    source,
    tokens,
    levels: levelsOf(tokens)!,
    hasWildcards: hasTopicWildcard(source),
    prefix: commonPrefix(tokens)
  }
}

/** What every topic that is matched begins with. `a/#` also matches `a`, but above `/#` is no topic. */
export function commonPrefix(tokens: readonly Token[]): string {
  const wildcardAt = tokens.findIndex(isWildcard)
  if (wildcardAt === -1) return textOf(tokens)
  const slashToo = tokens[wildcardAt] !== theRest || wildcardAt <= 1
  return textOf(tokens.slice(0, slashToo ? wildcardAt : wildcardAt - 1))
}

/** The filter behind `$share/group/`; any other is answered as it is. */
export function innerFilter(source: string): string {
  if (!isShared(source)) return source
  const groupEnd = source.indexOf('/', sharePrefix.length)
  return groupEnd === -1 ? source : source.slice(groupEnd + 1)
}

function isShared(source: string): boolean {
  return source.startsWith(sharePrefix) || source === '$share'
}
