import { type Static, Type } from 'typebox'
import { PolicyDefinition } from './authorization-policy.js'
import { RuleDefinition } from './enhancement-rule.js'
import { InstanceSettings, InstanceStatus, instanceIdPattern } from './instance.js'

/**
 * Where an instance stands. A higher epoch beats any revision: the epoch is raised when the control plane finds that its
 * database went back in time (a restored backup), so that what it says now wins.
 */
export const Version = Type.Object({
  epoch: Type.Integer({ minimum: 1 }),
  revision: Type.Integer({ minimum: 1 })
})
export type Version = Static<typeof Version>

/** Everything a node needs of one instance at one revision. A deletion is a tombstone: `deleted: true`. */
export const InstanceSnapshot = Type.Object({
  instanceId: Type.String({ pattern: instanceIdPattern }),
  tenantId: Type.String(),
  epoch: Type.Integer({ minimum: 1 }),
  revision: Type.Integer({ minimum: 1 }),
  deleted: Type.Boolean(),
  status: InstanceStatus,
  mqttPort: Type.Integer({ minimum: 1, maximum: 65_535 }),
  settings: InstanceSettings,
  /** Active rules only, in the order in which they apply. */
  rules: Type.Array(RuleDefinition),
  /** Active authorization policies only, in the order in which they are asked. */
  policies: Type.Array(PolicyDefinition, { default: [] }),
  /** The instance's revision when its users last changed, 0 when never: what a node knows of them is older or current. */
  usersRevision: Type.Integer({ minimum: 0, default: 0 })
})
export type InstanceSnapshot = Static<typeof InstanceSnapshot>

/** True when `a` must replace `b`. */
export function isNewer(a: Version, b: Version): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.revision > b.revision)
}
