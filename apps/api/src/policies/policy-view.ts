import type { AuthorizationPolicy, PolicyActions, PolicyCondition, PolicyDefinition } from '@parley/contracts'
import type { AuthorizationPolicy as PolicyRow, Prisma } from '@parley/database'

/** The order in which policies are asked. */
export const policyOrder = [
  { priority: 'asc' },
  { createdAt: 'asc' },
  { id: 'asc' }
] satisfies Prisma.AuthorizationPolicyOrderByWithRelationInput[]

/** A policy as the API answers it. */
export function policyView(row: PolicyRow): AuthorizationPolicy {
  return {
    id: row.id,
    name: row.name,
    effect: row.effect,
    actions: row.actions as unknown as PolicyActions,
    condition: row.condition as unknown as PolicyCondition,
    priority: row.priority,
    status: row.status,
    remark: row.remark,
    revision: row.revision,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString()
  }
}

/** A policy as a node needs it. */
export function policyDefinition(row: PolicyRow): PolicyDefinition {
  const { id, name, effect, actions, condition, priority, createdAt } = policyView(row)
  return { id, name, effect, actions, condition, priority, createdAt }
}
