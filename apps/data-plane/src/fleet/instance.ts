import type { InstanceSettings, InstanceSnapshot, InstanceStatus, ProtocolVersion } from '@parley/contracts'
import { compileRules, type RuleSet } from '@parley/rules'
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
    this.replyVersions = new Set(snapshot.settings.autoReply.protocolVersions)
  }
}
