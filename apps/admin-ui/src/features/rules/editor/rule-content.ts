import type { EnhancementRule, EnhancementRuleCreate, RuleActions } from '@parley/contracts'
import { ruleBounds } from '@parley/contracts'

/** What of a rule a person decides, complete. */
export type RuleContent = Pick<
  EnhancementRule,
  'name' | 'remark' | 'status' | 'priority' | 'override' | 'condition' | 'actions'
>

export const anything = '*'

/** What a new rule begins as. */
export const blankContent: RuleContent = {
  name: '',
  remark: '',
  status: 'active',
  priority: ruleBounds.priorityDefault,
  override: false,
  condition: { clientId: anything, username: anything, topic: anything },
  actions: {}
}

/** A saved rule without the bookkeeping of the API. */
export function contentOf({
  name,
  remark,
  status,
  priority,
  override,
  condition,
  actions
}: RuleContent): RuleContent {
  return { name, remark, status, priority, override, condition, actions }
}

/** A body of the API with its defaults filled in. */
export function completeContent({ condition, ...body }: EnhancementRuleCreate): RuleContent {
  return contentOf({ ...blankContent, ...body, condition: { ...blankContent.condition, ...condition } })
}

/** A property of a rule as it is compared, shown and taken over on its own. */
export type FieldName =
  | 'name'
  | 'remark'
  | 'status'
  | 'priority'
  | 'override'
  | 'clientId'
  | 'username'
  | 'topic'
  | 'responseTopic'
  | 'correlationData'
  | 'messageExpiryInterval'
  | 'userProperties'

/** In the order of the form. */
export const fieldNames: readonly FieldName[] = [
  'name',
  'remark',
  'status',
  'priority',
  'override',
  'topic',
  'clientId',
  'username',
  'responseTopic',
  'correlationData',
  'messageExpiryInterval',
  'userProperties'
]

type Value = string | number | boolean | RuleActions['userProperties'] | undefined

/** The value of one field; undefined: not set. */
export function fieldValue(content: RuleContent, field: FieldName): Value {
  switch (field) {
    case 'clientId':
    case 'username':
    case 'topic':
      return content.condition[field]
    case 'responseTopic':
    case 'correlationData':
    case 'messageExpiryInterval':
      return content.actions[field]
    case 'userProperties':
      return content.actions.userProperties?.map(({ key, value }) => ({ key, value }))
    default:
      return content[field]
  }
}

export function isSame(a: RuleContent, b: RuleContent, field: FieldName): boolean {
  return JSON.stringify(fieldValue(a, field)) === JSON.stringify(fieldValue(b, field))
}

export function changedFields(before: RuleContent, after: RuleContent): FieldName[] {
  return fieldNames.filter((field) => !isSame(before, after, field))
}

/** `content` with one field as it is in `source`. */
export function taken(content: RuleContent, source: RuleContent, field: FieldName): RuleContent {
  switch (field) {
    case 'clientId':
    case 'username':
    case 'topic':
      return { ...content, condition: { ...content.condition, [field]: source.condition[field] } }
    case 'responseTopic':
    case 'correlationData':
    case 'messageExpiryInterval':
    case 'userProperties':
      return { ...content, actions: withAction(content.actions, field, source.actions) }
    default:
      return { ...content, [field]: source[field] }
  }
}

function withAction(actions: RuleActions, field: keyof RuleActions, source: RuleActions): RuleActions {
  const { [field]: _dropped, ...others } = actions
  return source[field] === undefined ? others : { ...others, [field]: source[field] }
}

/** True when a rule sets nothing. */
export function contentIsEmpty({ actions }: RuleContent): boolean {
  return Object.keys(actions).length === 0
}
