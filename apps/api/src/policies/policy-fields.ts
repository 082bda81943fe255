import {
  type PolicyActions,
  type PolicyCondition,
  type PolicyCreate,
  type PolicyEffect,
  type PolicyPatch,
  type PolicyStatus,
  policyBounds
} from '@parley/contracts'
import type { AuthorizationPolicy as PolicyRow, Prisma } from '@parley/database'
import { validatePolicy } from '@parley/rules'
import { ProblemError } from '../problem-error.js'
import { checkRemark } from '../remark.js'

/** What of a policy the caller decides, complete. */
export interface PolicyFields {
  name: string
  effect: PolicyEffect
  actions: PolicyActions
  condition: PolicyCondition
  priority: number
  status: PolicyStatus
  remark: string
}

const anything: PolicyCondition = {
  clientId: '*',
  username: '*',
  address: null,
  topic: '*',
  qos: [0, 1, 2],
  retain: null
}

/** A new or fully replaced policy: what is left out takes its default. Throws `invalid`. */
export function newPolicyFields(body: PolicyCreate): PolicyFields {
  return checked({
    name: body.name,
    effect: body.effect,
    actions: body.actions,
    condition: { ...anything, ...body.condition },
    priority: body.priority ?? policyBounds.priorityDefault,
    status: body.status ?? 'active',
    remark: body.remark ?? ''
  })
}

/** A stored policy with a patch merged in, the condition by field; lists are replaced. Throws `invalid`. */
export function patchedPolicyFields(row: PolicyRow, patch: PolicyPatch): PolicyFields {
  return checked({
    name: patch.name ?? row.name,
    effect: patch.effect ?? row.effect,
    actions: patch.actions ?? (row.actions as unknown as PolicyActions),
    condition: { ...(row.condition as unknown as PolicyCondition), ...patch.condition },
    priority: patch.priority ?? row.priority,
    status: patch.status ?? row.status,
    remark: patch.remark ?? row.remark
  })
}

/** The columns of a policy. */
export function policyColumns({ actions, condition, ...rest }: PolicyFields) {
  return {
    ...rest,
    actions: actions as Prisma.InputJsonArray,
    condition: condition as unknown as Prisma.InputJsonObject
  }
}

function checked(fields: PolicyFields): PolicyFields {
  checkRemark(fields.remark)
  const errors = validatePolicy(fields)
  if (errors.length > 0) throw new ProblemError('invalid', 'The policy cannot be used as it stands.', errors)
  return fields
}
