import type { InstanceSettings, InstanceSnapshot } from '@parley/contracts'
import type { EnhancementRule, Instance, Prisma } from '@parley/database'
import { mergeSettings } from '../instances/settings.js'
import { ruleDefinition, ruleOrder } from '../rules/rule-view.js'

/** An instance with its active rules, as one query reads them. */
export type InstanceWithRules = Instance & { rules: EnhancementRule[] }

/** What to read of an instance for its snapshot: active rules in the order in which they apply. */
export const snapshotInclude = {
  rules: {
    where: { status: 'active' },
    orderBy: ruleOrder
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
    rules: row.rules.map(ruleDefinition)
  }
}
