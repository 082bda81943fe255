import { texts } from '../../../texts'
import { type FieldName, fieldValue, type RuleContent } from './rule-content'

const { diff: words, secondsSuffix } = texts.ruleEditor

/** A field of a rule as a person reads it; undefined: not set. */
export function fieldText(content: RuleContent, field: FieldName): string | undefined {
  const value = fieldValue(content, field)
  if (value === undefined || value === '') return undefined
  if (typeof value === 'boolean') return value ? words.on : words.off
  if (Array.isArray(value)) return value.map(({ key, value: text }) => `${key} = ${text}`).join('\n')
  if (field === 'status') return value === 'active' ? words.active : words.inactive
  return field === 'messageExpiryInterval' ? `${value} ${secondsSuffix}` : String(value)
}
