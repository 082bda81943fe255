import type { MessageValues } from './message-values.js'
import { nearestName } from './suggest.js'

export interface Variable {
  /** As written between the braces, without default text. */
  readonly source: string
  /** True when the operator may answer for a Response Topic built from it; else the requester has a say in it. */
  readonly operatorsWord: boolean
  /** True when its value may hold `/` in a Response Topic. */
  readonly mayHoldSlash: boolean
  /** undefined: missing. */
  read(message: MessageValues): string | undefined
}

interface NamedVariable {
  readonly operatorsWord?: true
  readonly mayHoldSlash?: true
  read(message: MessageValues): string | undefined
}

const namedVariables: Readonly<Record<string, NamedVariable>> = {
  clientId: { operatorsWord: true, read: ({ input }) => input.clientId },
  username: { operatorsWord: true, read: ({ input }) => input.username ?? undefined },
  clientHost: { read: ({ input }) => input.clientHost },
  topic: { mayHoldSlash: true, read: ({ input }) => input.topic },
  qos: { read: ({ input }) => String(input.qos) },
  messageId: { operatorsWord: true, read: ({ input }) => input.messageId },
  traceId: { read: (message) => message.traceId() },
  timestamp: { read: ({ input }) => String(input.timestamp) },
  instanceId: { operatorsWord: true, read: ({ input }) => input.instanceId },
  protocolVersion: { read: ({ input }) => input.protocolVersion }
}

/** Every variable as a user writes it, for help texts and completion. */
export const variableNames: readonly string[] = [
  ...Object.keys(namedVariables),
  'topic[0]',
  'payload.field',
  'userProperty.key'
]

const byLowerName = new Map(Object.entries(namedVariables).map(([name, v]) => [name.toLowerCase(), v]))
const topicLevel = /^topic\[(\d{1,5})\]$/i
const suggestibleNames = [...Object.keys(namedVariables), 'payload', 'userProperty']

/** What stands between `${` and `}`, without default text. Only the variable's own name is case-insensitive. */
export function resolveVariable(source: string): Variable | { readonly problem: string } {
  const named = byLowerName.get(source.toLowerCase())
  if (named) {
    return {
      source,
      operatorsWord: named.operatorsWord === true,
      mayHoldSlash: named.mayHoldSlash === true,
      read: named.read
    }
  }
  const [head, rest] = splitHead(source)
  switch (head.toLowerCase()) {
    case 'payload':
      return payloadVariable(source, rest)
    case 'userproperty':
      return userPropertyVariable(source, rest)
    case 'topic':
      return topicLevelVariable(source)
    default:
      return unknownVariable(source)
  }
}

function payloadVariable(source: string, rest: string): Variable | { problem: string } {
  const path = rest.slice(1).split('.')
  if (rest[0] === '[') return unknownVariable(source)
  if (path.includes('')) {
    return { problem: `empty payload path in \${${source}}; name a field, as in \${payload.requestId}` }
  }
  return ofMessage(source, (message) => message.payloadValue(path))
}

function userPropertyVariable(source: string, rest: string): Variable | { problem: string } {
  const key = rest.slice(1)
  if (rest[0] === '[') return unknownVariable(source)
  if (key === '') {
    return { problem: `empty user property key in \${${source}}; name one, as in \${userProperty.reply-to}` }
  }
  return ofMessage(source, (message) => message.userProperty(key))
}

function topicLevelVariable(source: string): Variable | { problem: string } {
  const match = topicLevel.exec(source)
  if (!match) {
    if (!source.includes('[')) return unknownVariable(source)
    return { problem: `\${${source}} is not a topic level; levels count from 0, as in \${topic[1]}` }
  }
  const level = Number(match[1])
  return ofMessage(source, (message) => message.topicLevel(level))
}

function ofMessage(source: string, read: Variable['read']): Variable {
  return { source, operatorsWord: false, mayHoldSlash: false, read }
}

function unknownVariable(source: string): { problem: string } {
  if (source === '') return { problem: 'a variable without a name: ${}' }
  const [head, rest] = splitHead(source)
  const nearest = nearestName(head, suggestibleNames)
  const unknown = `unknown variable \${${source}}`
  return { problem: nearest ? `${unknown}; did you mean \${${completed(nearest, rest)}}?` : unknown }
}

/** `payload` and `userProperty` are nothing without what follows them, the others stand alone. */
function completed(name: string, rest: string): string {
  if (name === 'payload') return rest.length > 1 ? `payload.${rest.slice(1)}` : 'payload.field'
  if (name === 'userProperty') return rest.length > 1 ? `userProperty.${rest.slice(1)}` : 'userProperty.key'
  return name === 'topic' && topicLevel.test(`topic${rest}`) ? `topic${rest}` : name
}

/** `payload.a.b` is `payload` and `.a.b`. */
function splitHead(source: string): [head: string, rest: string] {
  const end = source.search(/[.[]/)
  return end === -1 ? [source, ''] : [source.slice(0, end), source.slice(end)]
}
