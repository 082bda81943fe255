import type { InstanceSettings, InstanceSnapshot, InstanceStatus, ProtocolVersion } from '@parley/contracts'
import { compilePolicies, compileRules, type PolicySet, type RuleSet } from '@parley/rules'
import { AccessRights } from '../auth/access.js'
import { Counters } from '../ops/counters.js'

/**
 * One instance as this node runs it now. The object stays while the instance lives: a new snapshot replaces what it holds,
 * so that a change is live on every open connection with the next packet.
 */
export class Instance {
  readonly id: string
  readonly tenantId: string
  readonly counters = new Counters()
  mqttPort!: number
  status!: InstanceStatus
  settings!: InstanceSettings
  ruleSet!: RuleSet
  policySet!: PolicySet
  /** What clients may do, remembered until policies change. */
  rights!: AccessRights
  /** Epoch and revision at which its users last changed. */
  usersVersion!: string
  /** Protocol versions whose acknowledgements are answered. */
  replyVersions!: ReadonlySet<ProtocolVersion>

  constructor(snapshot: InstanceSnapshot) {
    this.id = snapshot.instanceId
    this.tenantId = snapshot.tenantId
    this.apply(snapshot)
  }

  apply(snapshot: InstanceSnapshot): void {
    this.mqttPort = snapshot.mqttPort
    this.status = snapshot.status
    this.settings = snapshot.settings
    this.ruleSet = compileRules(snapshot.rules)
    this.policySet = compilePolicies(snapshot.policies)
    this.rights = new AccessRights(this)
    this.usersVersion = `${snapshot.epoch}:${snapshot.usersRevision}`
    this.replyVersions = new Set(snapshot.settings.autoReply.protocolVersions)
  }
}
