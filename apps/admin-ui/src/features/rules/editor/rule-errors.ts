import { ApiProblem } from '../../../lib/api-client'
import { fieldErrors } from '../../../lib/field-errors'
import { type PropertyRow, writtenRows } from './rule-form'

const propertyField = /^actions\.userProperties\.(\d+)(?:\.(key|value))?$/

/** Messages by the name of the form's field. */
export type RuleErrors = Record<string, string>

/**
 * What the API says of the fields of a rule. `below` is where the rule stands in the body, such as `draftRules.0.`; `rows` are
 * the user properties of the form, of which empty ones were not sent.
 */
export function ruleErrors(error: unknown, rows: readonly PropertyRow[], below = ''): RuleErrors {
  const errors: RuleErrors = {}
  for (const [field, message] of Object.entries(fieldErrors(error))) {
    if (field.startsWith(below)) errors[formField(field.slice(below.length), rows)] ??= message
  }
  if (error instanceof ApiProblem && error.code === 'name_taken') errors.name = error.message
  return errors
}

/** A finding about key and value together stands at the key. */
function formField(field: string, rows: readonly PropertyRow[]): string {
  const match = propertyField.exec(field)
  if (!match) return field
  const row = writtenRows(rows)[Number(match[1])]
  return row ? `actions.userProperties.${rows.indexOf(row)}.${match[2] ?? 'key'}` : field
}
