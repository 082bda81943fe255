import { anyRun, codePointsOf, type Token, tokensOf, topicPatternProblem } from '../pattern.js'
import { nearestName } from '../suggest.js'
import { hasTopicWildcard } from '../text.js'

/** Whose policies are asked. */
export interface Identity {
  readonly clientId: string
  /** null: anonymous. */
  readonly username: string | null
}

/** Variables among the tokens of a pattern, behind the last code point, so that no text can write one. */
const clientIdToken = 0x110000
const usernameToken = 0x110001

const variables = new Map([
  ['clientid', clientIdToken],
  ['username', usernameToken]
])
const variableNames = ['clientId', 'username']

/** The topic pattern of a policy as written, wildcards and variables found. */
export interface TopicTemplate {
  readonly tokens: readonly Token[]
  /** The pattern itself when it holds no variable. */
  readonly constant: string | undefined
  /** The pattern with `*` for each variable: it matches whatever the pattern matches for some client. */
  readonly widest: string
  readonly problems: readonly string[]
}

/** As in rules: `${name}` is a variable, `$${` a literal `${`. */
export function parseTopicTemplate(source: string): TopicTemplate {
  const problems: string[] = []
  const characters: number[] = []
  for (let at = 0; at < source.length; ) {
    if (source.startsWith('$${', at)) {
      characters.push(...codePointsOf('${'))
      at += 3
    } else if (source.startsWith('${', at)) {
      const end = source.indexOf('}', at)
      if (end === -1) {
        problems.push(`\${ without } at character ${at + 1}; write $\${ for a literal \${`)
        break
      }
      const variable = resolveVariable(source.slice(at + 2, end))
      if (typeof variable === 'string') problems.push(variable)
      else characters.push(variable)
      at = end + 1
    } else {
      const character = source.codePointAt(at)!
      characters.push(character)
      at += character > 0xffff ? 2 : 1
    }
  }
  const text = characters.map(asPatternText).join('')
  const misplaced = topicPatternProblem(text)
  if (misplaced !== undefined && problems.length === 0) problems.push(misplaced)
  const widest = characters.map((it) => (isVariable(it) ? '*' : String.fromCodePoint(it))).join('')
  const constant = characters.some(isVariable) ? undefined : text
  return { tokens: tokensOf(characters, 'topic'), constant, widest, problems }
}

/**
 * The pattern with the client's own texts in it, each character standing for itself. Undefined when there is no username,
 * or when a text could reach beyond its place: such a policy does not match.
 */
export function substitute({ tokens }: TopicTemplate, { clientId, username }: Identity): Token[] | undefined {
  const result: Token[] = []
  for (const token of tokens) {
    if (!isVariable(token)) {
      // An empty text can leave two runs as neighbours, which are one.
      if (token !== anyRun || result.at(-1) !== anyRun) result.push(token)
      continue
    }
    const value = token === clientIdToken ? clientId : username
    if (value === null || isUnsafe(value)) return undefined
    result.push(...codePointsOf(value))
  }
  return result
}

export function beginsWithVariable({ tokens }: TopicTemplate): boolean {
  return tokens[0] !== undefined && isVariable(tokens[0])
}

function resolveVariable(name: string): number | string {
  const variable = variables.get(name.toLowerCase())
  if (variable !== undefined) return variable
  if (name === '') return 'a variable without a name: ${}'
  const nearest = nearestName(name, variableNames)
  const advice = nearest ? `did you mean \${${nearest}}?` : 'a policy knows ${clientId} and ${username}'
  return `unknown variable \${${name}}; ${advice}`
}

function isVariable(token: Token): boolean {
  return token === clientIdToken || token === usernameToken
}

/** For judging where `+` and `#` stand, a variable is any ordinary text. */
function asPatternText(character: number): string {
  return isVariable(character) ? 'x' : String.fromCodePoint(character)
}

function isUnsafe(value: string): boolean {
  return value.includes('/') || hasTopicWildcard(value) || value.includes('\0')
}
