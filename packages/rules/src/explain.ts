import type { RuleDefinition, UserProperty } from '@parley/contracts'
import {
  type AppliedProperties,
  applyRules,
  type ResponseTopicOrigin,
  type RuleField,
  type SkipReason
} from './apply.js'
import { compareRules, compileRules } from './compile.js'
import type { RuleInput } from './message-values.js'
import { compilePattern, matchesPattern } from './pattern.js'

/** Who set a property of the message. */
export type FieldSetter = { by: 'publisher' } | { by: 'rule'; ruleId: string }

export type FieldExplanation = {
  field: RuleField
  /** Which user property of the rule. */
  index?: number
} & (
  | { outcome: 'applied' /** True when the publisher's own property gave way. */; replacedPublisher: boolean }
  | { outcome: 'skipped'; reason: SkipReason /** The one to blame, as written. */; variable?: string }
)

export interface RuleExplanation {
  ruleId: string
  name: string
  /** An inactive rule is explained as far as its condition goes; it sets nothing. */
  status: RuleDefinition['status']
  matched: boolean
  /** The fields of the condition that did not match. */
  mismatches: ('clientId' | 'username' | 'topic')[]
  fields: FieldExplanation[]
}

/** What rules make of one message. */
export interface Explanation {
  /** All rules, in the order in which they apply. */
  rules: RuleExplanation[]
  /** All properties of the message after rules, the publisher's own included. */
  properties: {
    responseTopic?: string
    correlationData?: Uint8Array
    messageExpiryInterval?: number
    userProperties: UserProperty[]
  }
  /** Who set what; `userProperties` runs parallel to `properties.userProperties`. */
  setBy: {
    responseTopic?: FieldSetter
    correlationData?: FieldSetter
    messageExpiryInterval?: FieldSetter
    userProperties: FieldSetter[]
  }
  /** Present when a rule set the response topic. */
  responseTopicOrigin?: ResponseTopicOrigin
}

const singleFields = ['responseTopic', 'correlationData', 'messageExpiryInterval'] as const

/** A dry run: what matched, who set which field, what was skipped and why. `applyRules` itself does the work. */
export function explainRules(rules: readonly RuleDefinition[], input: RuleInput): Explanation {
  const explained = rules.toSorted(compareRules).map((rule) => explainCondition(rule, input))
  const byId = new Map(explained.map((rule) => [rule.ruleId, rule]))
  const overriding = new Set(rules.filter((rule) => rule.override).map((rule) => rule.id))
  const setBy: Explanation['setBy'] = { userProperties: [] }
  const propertySetters: FieldSetter[] = []
  const appliedProperties: { field: FieldExplanation & { outcome: 'applied' }; ruleId: string }[] = []

  const applied = applyRules(compileRules(rules), input, {
    onApplied(ruleId, field, index) {
      const setter: FieldSetter = { by: 'rule', ruleId }
      const explanation = { field, ...indexOf(index), outcome: 'applied' as const, replacedPublisher: false }
      if (field === 'userProperties') {
        propertySetters.push(setter)
        appliedProperties.push({ field: explanation, ruleId })
      } else {
        setBy[field] = setter
        explanation.replacedPublisher = input[field] !== undefined
      }
      byId.get(ruleId)!.fields.push(explanation)
    },
    onSkipped(ruleId, field, reason, index, variable) {
      const blamed = variable === undefined ? {} : { variable }
      byId.get(ruleId)!.fields.push({ field, ...indexOf(index), outcome: 'skipped', reason, ...blamed })
    }
  })

  const userProperties = applied?.userProperties ?? [...(input.userProperties ?? [])]
  const ownProperties = userProperties.length - propertySetters.length
  for (const [i, { field, ruleId }] of appliedProperties.entries()) {
    const { key } = userProperties[ownProperties + i]!
    field.replacedPublisher =
      overriding.has(ruleId) && input.userProperties?.some((own) => own.key === key) === true
  }
  for (let i = 0; i < ownProperties; i++) setBy.userProperties.push({ by: 'publisher' })
  setBy.userProperties.push(...propertySetters)

  const explanation: Explanation = { rules: explained, properties: { userProperties }, setBy }
  for (const field of singleFields) takeSingle(explanation, field, applied, input)
  if (applied?.responseTopicOrigin) explanation.responseTopicOrigin = applied.responseTopicOrigin
  return explanation
}

function explainCondition(rule: RuleDefinition, input: RuleInput): RuleExplanation {
  const mismatches = (['clientId', 'username', 'topic'] as const).filter((field) => {
    const pattern = compilePattern(rule.condition[field], field === 'topic' ? 'topic' : 'text')
    return !matchesPattern(pattern, input[field])
  })
  const { id: ruleId, name, status } = rule
  return { ruleId, name, status, matched: mismatches.length === 0, mismatches, fields: [] }
}

function takeSingle<Field extends (typeof singleFields)[number]>(
  { properties, setBy }: Explanation,
  field: Field,
  applied: AppliedProperties | undefined,
  input: RuleInput
): void {
  if (applied?.[field] !== undefined) {
    Object.assign(properties, { [field]: applied[field] })
  } else if (input[field] !== undefined) {
    Object.assign(properties, { [field]: input[field] })
    setBy[field] = { by: 'publisher' }
  }
}

function indexOf(index: number | undefined): { index?: number } {
  return index === undefined ? {} : { index }
}
