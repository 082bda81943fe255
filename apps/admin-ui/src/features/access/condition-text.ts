import type { PolicyCondition } from '@parley/contracts'
import { texts } from '../../texts'

const { condition: words, everything } = texts.policies

/** One part of a condition; without a value the word says it all. */
export interface ConditionPart {
  word: string
  value?: string
}

const qosLevels = 3

/** What a condition asks for, in short: what any client and message has is left out. */
export function conditionParts(condition: Partial<PolicyCondition>): ConditionPart[] {
  const { clientId = '*', username = '*', address = null, topic = '*', qos = [], retain = null } = condition
  const parts: ConditionPart[] = []
  if (clientId !== '*') parts.push({ word: words.clientId, value: clientId })
  if (username !== '*') parts.push({ word: words.username, value: username })
  if (address !== null) parts.push({ word: words.address, value: address })
  if (topic !== '*') parts.push({ word: words.topic, value: topic })
  if (qos.length > 0 && qos.length < qosLevels) parts.push({ word: words.qos(qos.join(', ')) })
  if (retain !== null) parts.push({ word: retain ? words.retained : words.notRetained })
  return parts
}

/** The same as one line. */
export function conditionText(condition: Partial<PolicyCondition>): string {
  const parts = conditionParts(condition).map(({ word, value }) => (value ? `${word} ${value}` : word))
  return parts.join(' · ') || everything
}
