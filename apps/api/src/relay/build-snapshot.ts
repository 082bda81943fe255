import type { InstanceSettings, InstanceSnapshot } from '@parley/contracts'
import type { AuthorizationPolicy, EnhancementRule, Instance, Prisma } from '@parley/database'
import { mergeSettings } from '../instances/settings.js'
import { policyDefinition, policyOrder } from '../policies/policy-view.js'
import { ruleDefinition, ruleOrder } from '../rules/rule-view.js'

/** An instance with its active rules and policies, as one query reads them. */
export type InstanceWithRules = Instance & { rules: EnhancementRule[]; policies: AuthorizationPolicy[] }

/** What to read of an instance for its snapshot: active rules and policies in the order in which they apply. */
export const snapshotInclude = {
  rules: {
    where: { status: 'active' },
    orderBy: ruleOrder
  },
  policies: {
    where: { status: 'active' },
    orderBy: policyOrder
  }
} satisfies Prisma.InstanceInclude

/** Everything a node needs of one instance, as Postgres has it now. A deleted one is a tombstone. */
export function buildSnapshot(row: InstanceWithRules, epoch: number): InstanceSnapshot {
  return {
    instanceId: row.id,
    tenantId: row.tenantId,
    epoch,
    revision: row.revision,
    deleted: row.deletedAt !== null,
    status: row.status,
    mqttPort: row.mqttPort,
    settings: mergeSettings(row.settings as unknown as InstanceSettings, {}),
    rules: row.rules.map(ruleDefinition),
    policies: row.policies.map(policyDefinition),
    usersRevision: row.usersRevision
  }
}
