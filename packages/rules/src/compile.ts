import type { RuleCondition, RuleDefinition } from '@parley/contracts'
import { PatternIndex } from './pattern-index.js'
import { parseTemplate, type Template } from './template.js'
import { encodeUtf8 } from './text.js'

export interface CompiledRule {
  readonly id: string
  readonly name: string
  readonly override: boolean
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
  const active = rules.filter((rule) => rule.status === 'active').sort(compareRules)
  const patternsOf = (field: keyof RuleCondition) => active.map(({ condition }) => condition[field])
  return {
    rules: active.map(compileRule),
    size: active.length,
    clientIds: new PatternIndex(patternsOf('clientId'), 'text'),
    usernames: new PatternIndex(patternsOf('username'), 'text'),
    topics: new PatternIndex(patternsOf('topic'), 'topic')
  }
}

type Ordered = Pick<RuleDefinition, 'priority' | 'createdAt' | 'id'>

/** The order in which rules apply: priority, then the older one; the id decides between two of the same moment. */
export function compareRules(a: Ordered, b: Ordered): number {
  return (
    a.priority - b.priority || Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : 1)
  )
}

function compileRule({ id, name, override, actions }: RuleDefinition): CompiledRule {
  const correlationData = optionalTemplate(actions.correlationData)
  const constant = correlationData?.constant
  return {
    id,
    name,
    override,
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
