import type { EnhancementRule, RuleActions, RuleCondition, RuleDefinition } from '@parley/contracts'
import type { Prisma, EnhancementRule as RuleRow } from '@parley/database'

/** The order in which rules apply. */
export const ruleOrder = [
  { priority: 'asc' },
  { createdAt: 'asc' },
  { id: 'asc' }
] satisfies Prisma.EnhancementRuleOrderByWithRelationInput[]

/** A rule as the API answers it. */
export function ruleView(row: RuleRow): EnhancementRule {
  return {
    id: row.id,
    name: row.name,
    condition: row.condition as unknown as RuleCondition,
    actions: row.actions as unknown as RuleActions,
    override: row.override,
    priority: row.priority,
    status: row.status,
    remark: row.remark,
    revision: row.revision,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString()
  }
}

/** A rule as a node needs it. */
export function ruleDefinition(row: RuleRow): RuleDefinition {
  const { id, name, condition, actions, override, priority, status, createdAt } = ruleView(row)
  return { id, name, condition, actions, override, priority, status, createdAt }
}
