import type { PolicyDefinition, PolicyStatus } from '@parley/contracts'
import { compareRules } from '../compile.js'
import { compilePattern, type Pattern } from '../pattern.js'
import { PatternIndex } from '../pattern-index.js'
import { type AccessDecision, decisionOf } from './access-decision.js'
import { type AddressBlock, parseAddressBlock } from './address.js'
import { TopicPattern } from './topic-pattern.js'
import { beginsWithVariable, parseTopicTemplate, type TopicTemplate } from './topic-template.js'

export interface CompiledPolicy {
  readonly decision: AccessDecision
  readonly allows: boolean
  readonly actions: PolicyDefinition['actions']
  readonly clientId: Pattern
  readonly username: Pattern
  /** null: any. */
  readonly address: AddressBlock | null
  /** By QoS. */
  readonly qos: readonly boolean[]
  /** null: either. */
  readonly retain: boolean | null
  readonly topic: SharedTopic | OwnTopic
}

/** Topics that are the same for all clients. */
export interface SharedTopic {
  readonly isShared: true
  /** The bit of it in `PolicySet.topics`. */
  readonly index: number
  readonly pattern: TopicPattern
}

/** Topics that hold a text of the client's own. */
export interface OwnTopic {
  readonly isShared: false
  /** The bit in `PolicySet.topics` of the topics that it may mean, for whatever client. */
  readonly index: number
  readonly template: TopicTemplate
  readonly skipsDollar: boolean
}

/** Every active policy of an instance, in the order in which they are asked. */
export interface PolicySet {
  readonly policies: readonly CompiledPolicy[]
  readonly size: number
  /**
   * Finds the shared topics that match one, and the own ones that may: of many policies few are left to be asked. What begins with `$` is
   * not told apart here.
   */
  readonly topics: PatternIndex
}

/**
 * Sorts and compiles. Never throws: of what `validatePolicy` would refuse, an `allow` matches nothing, and a `deny`
 * matches whatever the part says that cannot be read. A definition that says it is inactive is left out.
 */
export function compilePolicies(
  definitions: readonly (PolicyDefinition & { status?: PolicyStatus })[]
): PolicySet {
  const active = definitions.filter((policy) => policy.status !== 'inactive').sort(compareRules)
  const topics: string[] = []
  const policies = active
    .map((policy) => compilePolicy(policy, topics))
    .filter((policy) => policy !== undefined)
  return { policies, size: active.length, topics: new PatternIndex(topics, 'topic') }
}

function compilePolicy(definition: PolicyDefinition, topics: string[]): CompiledPolicy | undefined {
  const { effect, actions, condition } = definition
  const allows = effect === 'allow'
  const address = condition.address === null ? null : parseAddressBlock(condition.address)
  const template = parseTopicTemplate(condition.topic)
  const isReadable = template.problems.length === 0
  if (allows && (address === undefined || !isReadable)) return undefined
  return {
    decision: decisionOf(effect, definition),
    allows,
    actions,
    clientId: compilePattern(condition.clientId, 'text'),
    username: compilePattern(condition.username, 'text'),
    address: address ?? null,
    qos: [0, 1, 2].map((qos) => condition.qos.some((it) => it === qos)),
    retain: condition.retain,
    topic: compileTopic(isReadable ? template : parseTopicTemplate('*'), allows, topics)
  }
}

function compileTopic(template: TopicTemplate, allows: boolean, topics: string[]): SharedTopic | OwnTopic {
  const { constant, tokens, widest } = template
  const index = topics.push(widest) - 1
  if (constant !== undefined) return { isShared: true, index, pattern: new TopicPattern(tokens, false) }
  // A client id such as `$SYS` must not open `$SYS/...` to its client through `${clientId}/#`.
  return { isShared: false, index, template, skipsDollar: allows && beginsWithVariable(template) }
}
