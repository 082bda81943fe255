import type { RuleDefinition } from '@parley/contracts'
import { compilePattern, type Pattern } from './pattern.js'
import { PatternIndex } from './pattern-index.js'
import { parseTemplate, type Template } from './template.js'
import { encodeUtf8 } from './text.js'

export interface CompiledRule {
  readonly id: string
  readonly name: string
  readonly override: boolean
  readonly condition: { readonly clientId: Pattern; readonly username: Pattern; readonly topic: Pattern }
  readonly responseTopic: Template | undefined
  readonly correlationData: Template | undefined
  /** The bytes of a Correlation Data without variables. Shared by all messages: never written to. */
  readonly correlationConstant: Uint8Array | undefined
  /** Seconds. */
  readonly messageExpiryInterval: number | undefined
  readonly userProperties: readonly { readonly key: Template; readonly value: Template }[]
}

/** Every active rule of an instance, in the order in which they apply, with what finds the ones that match. */
export interface RuleSet {
  readonly rules: readonly CompiledRule[]
  readonly size: number
  /** Bit `i` of what an index answers stands for `rules[i]`. */
  readonly clientIds: PatternIndex
  readonly usernames: PatternIndex
  readonly topics: PatternIndex
}

/**
 * Compiles the active rules among `rules`. Never throws: a rule that `validateRule` would refuse is kept, and what is
 * wrong with it is skipped and observed when it would apply.
 */
export function compileRules(rules: readonly RuleDefinition[]): RuleSet {
  const compiled = rules
    .filter((rule) => rule.status === 'active')
    .sort(compareRules)
    .map(compileRule)
  return {
    rules: compiled,
    size: compiled.length,
    clientIds: new PatternIndex(compiled.map((rule) => rule.condition.clientId)),
    usernames: new PatternIndex(compiled.map((rule) => rule.condition.username)),
    topics: new PatternIndex(compiled.map((rule) => rule.condition.topic))
  }
}

/** The order in which rules apply: priority, then the older one; the id decides between two of the same moment. */
export function compareRules(a: RuleDefinition, b: RuleDefinition): number {
  return (
    a.priority - b.priority || Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : 1)
  )
}

export function compileCondition(condition: RuleDefinition['condition']): CompiledRule['condition'] {
  return {
    clientId: compilePattern(condition.clientId, 'text'),
    username: compilePattern(condition.username, 'text'),
    topic: compilePattern(condition.topic, 'topic')
  }
}

function compileRule({ id, name, override, condition, actions }: RuleDefinition): CompiledRule {
  const correlationData = optionalTemplate(actions.correlationData)
  const constant = correlationData?.constant
  return {
    id,
    name,
    override,
    condition: compileCondition(condition),
    responseTopic: optionalTemplate(actions.responseTopic),
    correlationData,
    correlationConstant: constant === undefined ? undefined : encodeUtf8(constant),
    messageExpiryInterval: actions.messageExpiryInterval,
    userProperties: (actions.userProperties ?? []).map(({ key, value }) => ({
      key: parseTemplate(key),
      value: parseTemplate(value)
    }))
  }
}

function optionalTemplate(source: string | undefined): Template | undefined {
  return source === undefined ? undefined : parseTemplate(source)
}
