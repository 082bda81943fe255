import { ruleBounds, type UserProperty } from '@parley/contracts'
import type { CompiledRule, RuleSet } from './compile.js'
import { MessageValues, type RuleInput } from './message-values.js'
import { type RenderFailure, type RenderTarget, renderTemplate } from './template.js'
import { countCharacters, encodeUtf8, hasTopicWildcard, isMqttText, utf8Bytes } from './text.js'

/**
 * `constants`: built only from constants, instanceId, messageId, clientId and username, so it is the operator's word.
 * `message`: the requester had a say in it. Default text counts as a constant.
 */
export type ResponseTopicOrigin = 'constants' | 'message'

/** What rules made of a message's properties; a field that no rule changed is absent. */
export interface AppliedProperties {
  responseTopic?: string
  /** May be shared between messages: must not be written to. */
  correlationData?: Uint8Array
  /** Seconds. */
  messageExpiryInterval?: number
  /** The complete list: the publisher's own first, then the rules' in order. */
  userProperties?: UserProperty[]
  /** Present with `responseTopic`. */
  responseTopicOrigin?: ResponseTopicOrigin
}

export type RuleField = 'responseTopic' | 'correlationData' | 'messageExpiryInterval' | 'userProperties'

/**
 * - `missing_value`: a variable has no value and no default text.
 * - `empty_value`: a topic or a user property key without a character.
 * - `over_limit`: the value is longer than its field may be, or all rules together would add too much.
 * - `unsafe_value`: a value would change what the topic means, or MQTT cannot carry it.
 * - `invalid_template`: the rule was stored unchecked and cannot be read.
 * - `kept_by_publisher`: the publisher set the property itself and the rule does not override.
 * - `overridden_by_rule`: a rule of higher precedence set the property.
 */
export type SkipReason = RenderFailure | 'empty_value' | 'kept_by_publisher' | 'overridden_by_rule'

/**
 * Told of everything that matching rules did or left. `index` is that of a user property within its rule; `variable` is
 * the one to blame, as written in the rule.
 */
export interface RuleObserver {
  onApplied(ruleId: string, field: RuleField, index?: number): void
  onSkipped(ruleId: string, field: RuleField, reason: SkipReason, index?: number, variable?: string): void
}

// A character takes at most two UTF-16 units, and a unit at least one byte: beyond these no value can fit.
const topicTarget: RenderTarget = { topic: true, unitsMax: 2 * ruleBounds.responseTopicCharactersMax }
const correlationTarget: RenderTarget = { topic: false, unitsMax: ruleBounds.correlationDataBytesMax }
const userPropertyTarget: RenderTarget = { topic: false, unitsMax: ruleBounds.userPropertyBytesMax }

/**
 * Applies every matching rule, in order of precedence. Returns undefined when no rule changed anything.
 *
 * - A single-valued field takes the first value that can be used: a rule whose value is missing, unsafe or too long
 *   leaves the field to the next one. What the publisher set is kept, unless a rule says `override`.
 * - User properties of all matching rules are appended. A rule that says `override` also removes the publisher's own
 *   properties of the same key; never those of another rule.
 * - Added bytes are those of topic, correlation data, keys and values, in the order in which rules apply.
 */
export function applyRules(
  set: RuleSet,
  input: RuleInput,
  observe?: RuleObserver
): AppliedProperties | undefined {
  if (set.size === 0) return undefined
  const topics = set.topics.matching(input.topic)
  const clientIds = set.clientIds.matching(input.clientId)
  const usernames = input.username === null ? set.usernames.always : set.usernames.matching(input.username)
  let application: Application | undefined
  for (let word = 0; word < topics.length; word++) {
    let matching = topics[word]! & clientIds[word]! & usernames[word]!
    while (matching !== 0) {
      const lowest = matching & -matching
      matching ^= lowest
      application ??= new Application(input, observe)
      application.apply(set.rules[word * 32 + 31 - Math.clz32(lowest)]!)
    }
  }
  return application?.result()
}

/** The rules of one message. */
class Application {
  readonly #input: RuleInput
  readonly #values: MessageValues
  readonly #observe: RuleObserver | undefined
  readonly #applied: AppliedProperties = {}
  readonly #added: UserProperty[] = []
  #replacedKeys: Set<string> | undefined
  #addedBytes = 0
  #changed = false

  constructor(input: RuleInput, observe: RuleObserver | undefined) {
    this.#input = input
    this.#values = new MessageValues(input)
    this.#observe = observe
  }

  apply(rule: CompiledRule): void {
    if (rule.responseTopic !== undefined && this.#isFree(rule, 'responseTopic')) this.#setResponseTopic(rule)
    if (rule.correlationData !== undefined && this.#isFree(rule, 'correlationData'))
      this.#setCorrelation(rule)
    if (rule.messageExpiryInterval !== undefined && this.#isFree(rule, 'messageExpiryInterval')) {
      this.#applied.messageExpiryInterval = rule.messageExpiryInterval
      this.#onApplied(rule, 'messageExpiryInterval')
    }
    for (let i = 0; i < rule.userProperties.length; i++) this.#addUserProperty(rule, i)
  }

  result(): AppliedProperties | undefined {
    if (!this.#changed) return undefined
    if (this.#added.length > 0) {
      const own = this.#input.userProperties ?? []
      const kept = this.#replacedKeys ? own.filter(({ key }) => !this.#replacedKeys?.has(key)) : own
      this.#applied.userProperties = [...kept, ...this.#added]
    }
    return this.#applied
  }

  #isFree(rule: CompiledRule, field: Exclude<RuleField, 'userProperties'>): boolean {
    if (this.#applied[field] !== undefined) return this.#onSkipped(rule, field, 'overridden_by_rule')
    if (this.#input[field] !== undefined && !rule.override) {
      return this.#onSkipped(rule, field, 'kept_by_publisher')
    }
    return true
  }

  #setResponseTopic(rule: CompiledRule): void {
    const field = 'responseTopic'
    const rendered = renderTemplate(rule.responseTopic!, this.#values, topicTarget)
    if ('failure' in rendered) {
      this.#onSkipped(rule, field, rendered.failure, undefined, rendered.variable)
      return
    }
    const { text, operatorsWord } = rendered
    const problem = topicProblem(text)
    if (problem) this.#onSkipped(rule, field, problem)
    else if (this.#fits(rule, field, utf8Bytes(text))) {
      this.#applied.responseTopic = text
      this.#applied.responseTopicOrigin = operatorsWord ? 'constants' : 'message'
      this.#onApplied(rule, field)
    }
  }

  #setCorrelation(rule: CompiledRule): void {
    const field = 'correlationData'
    let data = rule.correlationConstant
    if (data === undefined) {
      const rendered = renderTemplate(rule.correlationData!, this.#values, correlationTarget)
      if ('failure' in rendered) {
        this.#onSkipped(rule, field, rendered.failure, undefined, rendered.variable)
        return
      }
      data = encodeUtf8(rendered.text)
    }
    if (data.length > ruleBounds.correlationDataBytesMax) this.#onSkipped(rule, field, 'over_limit')
    else if (this.#fits(rule, field, data.length)) {
      this.#applied.correlationData = data
      this.#onApplied(rule, field)
    }
  }

  #addUserProperty(rule: CompiledRule, index: number): void {
    const field = 'userProperties'
    const template = rule.userProperties[index]!
    const key = renderTemplate(template.key, this.#values, userPropertyTarget)
    const value = renderTemplate(template.value, this.#values, userPropertyTarget)
    if ('failure' in key) {
      this.#onSkipped(rule, field, key.failure, index, key.variable)
    } else if ('failure' in value) {
      this.#onSkipped(rule, field, value.failure, index, value.variable)
    } else {
      const bytes = utf8Bytes(key.text) + utf8Bytes(value.text)
      const problem = userPropertyProblem(key.text, value.text, bytes)
      if (problem) this.#onSkipped(rule, field, problem, index)
      else if (this.#fits(rule, field, bytes, index)) {
        if (rule.override) this.#replaceOwn(key.text)
        this.#added.push({ key: key.text, value: value.text })
        this.#onApplied(rule, field, index)
      }
    }
  }

  #replaceOwn(key: string): void {
    this.#replacedKeys ??= new Set()
    this.#replacedKeys.add(key)
  }

  #fits(rule: CompiledRule, field: RuleField, bytes: number, index?: number): boolean {
    if (this.#addedBytes + bytes > ruleBounds.addedBytesMax) {
      return this.#onSkipped(rule, field, 'over_limit', index)
    }
    this.#addedBytes += bytes
    return true
  }

  #onApplied(rule: CompiledRule, field: RuleField, index?: number): void {
    this.#changed = true
    this.#observe?.onApplied(rule.id, field, index)
  }

  #onSkipped(
    rule: CompiledRule,
    field: RuleField,
    reason: SkipReason,
    index?: number,
    variable?: string
  ): false {
    this.#observe?.onSkipped(rule.id, field, reason, index, variable)
    return false
  }
}

function topicProblem(topic: string): SkipReason | undefined {
  if (topic === '') return 'empty_value'
  if (topic.startsWith('$') || hasTopicWildcard(topic) || !isMqttText(topic)) return 'unsafe_value'
  const charactersMax = ruleBounds.responseTopicCharactersMax
  return topic.length > charactersMax && countCharacters(topic) > charactersMax ? 'over_limit' : undefined
}

function userPropertyProblem(key: string, value: string, bytes: number): SkipReason | undefined {
  if (key === '') return 'empty_value'
  if (bytes > ruleBounds.userPropertyBytesMax) return 'over_limit'
  return isMqttText(key) && isMqttText(value) ? undefined : 'unsafe_value'
}
