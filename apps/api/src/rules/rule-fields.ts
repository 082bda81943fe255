import {
  type EnhancementRuleCreate,
  type EnhancementRulePatch,
  type RuleActions,
  type RuleCondition,
  ruleBounds
} from '@parley/contracts'
import type { Prisma, EnhancementRule as RuleRow } from '@parley/database'
import { validateRule } from '@parley/rules'
import { ProblemError } from '../problem-error.js'
import { checkRemark } from '../remark.js'

/** What of a rule the caller decides, complete. */
export interface RuleFields {
  name: string
  condition: RuleCondition
  actions: RuleActions
  override: boolean
  priority: number
  status: 'active' | 'inactive'
  remark: string
}

/** A new or fully replaced rule: what is left out takes its default. Throws `invalid`. */
export function newRuleFields(body: EnhancementRuleCreate): RuleFields {
  return checked({
    name: body.name,
    condition: { clientId: '*', username: '*', topic: '*', ...body.condition },
    actions: body.actions,
    override: body.override ?? false,
    priority: body.priority ?? ruleBounds.priorityDefault,
    status: body.status ?? 'active',
    remark: body.remark ?? ''
  })
}

/** A stored rule with a patch merged in; `null` removes an action. Throws `invalid`. */
export function patchedRuleFields(row: RuleRow, patch: EnhancementRulePatch): RuleFields {
  const condition = row.condition as unknown as RuleCondition
  const actions = Object.entries({ ...(row.actions as unknown as RuleActions), ...patch.actions })
  return checked({
    name: patch.name ?? row.name,
    condition: { ...condition, ...patch.condition },
    actions: Object.fromEntries(actions.filter(([, value]) => value !== null)) as RuleActions,
    override: patch.override ?? row.override,
    priority: patch.priority ?? row.priority,
    status: patch.status ?? row.status,
    remark: patch.remark ?? row.remark
  })
}

/** The columns of a rule. */
export function ruleColumns({ condition, actions, ...rest }: RuleFields) {
  return {
    ...rest,
    condition: condition as Prisma.InputJsonObject,
    actions: actions as unknown as Prisma.InputJsonObject
  }
}

function checked(fields: RuleFields): RuleFields {
  checkRemark(fields.remark)
  const errors = validateRule(fields)
  const { actions } = fields
  const empty = Object.keys(actions).length === 0 || isOnlyEmptyList(actions)
  if (empty) errors.push({ path: '/actions', message: 'a rule must do something: set at least one action' })
  if (errors.length > 0) throw new ProblemError('invalid', 'The rule cannot be used as it stands.', errors)
  return fields
}

function isOnlyEmptyList(actions: RuleActions): boolean {
  return Object.keys(actions).length === 1 && actions.userProperties?.length === 0
}
