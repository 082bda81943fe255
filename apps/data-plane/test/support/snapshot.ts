import { randomInt } from 'node:crypto'
import {
  defaultInstanceSettings,
  type InstanceSettings,
  type InstanceSnapshot,
  type PolicyCondition,
  type PolicyDefinition,
  type RuleActions,
  type RuleCondition,
  type RuleDefinition
} from '@parley/contracts'

/** Settings as far as a test cares: the rest is the default, except that anonymous clients are let in. */
export interface SettingsPatch {
  anonymous?: boolean
  /** Policies are on. */
  authorization?: boolean
  autoReply?: Partial<InstanceSettings['autoReply']>
  limits?: Partial<InstanceSettings['limits']>
  sessions?: InstanceSettings['sessions']
}

export interface RulePatch {
  condition?: Partial<RuleCondition>
  actions: RuleActions
  override?: boolean
  priority?: number
}

const idAlphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
const idCharacters = 8

export function newInstanceId(): string {
  const characters = Array.from({ length: idCharacters }, () => idAlphabet[randomInt(idAlphabet.length)])
  return `mqtt-${characters.join('')}`
}

export function settings({
  anonymous = true,
  authorization = false,
  autoReply,
  limits,
  sessions
}: SettingsPatch = {}): InstanceSettings {
  const defaults = defaultInstanceSettings()
  return {
    ...defaults,
    authentication: { anonymous },
    authorization: { enabled: authorization },
    autoReply: { ...defaults.autoReply, ...autoReply },
    limits: { ...defaults.limits, ...limits },
    sessions: sessions ?? defaults.sessions
  }
}

export function rules(patches: readonly RulePatch[]): RuleDefinition[] {
  return patches.map(({ condition, actions, override = false, priority = 100 }, at) => ({
    id: `rule-${at}`,
    name: `rule-${at}`,
    condition: { clientId: '*', username: '*', topic: '*', ...condition },
    actions,
    override,
    priority,
    status: 'active',
    createdAt: new Date(at).toISOString()
  }))
}

export interface PolicyPatch {
  effect: 'allow' | 'deny'
  actions: PolicyDefinition['actions']
  condition?: Partial<PolicyCondition>
}

/** In the order in which they are asked. */
export function policies(patches: readonly PolicyPatch[]): PolicyDefinition[] {
  return patches.map(({ effect, actions, condition }, at) => ({
    id: `policy-${at}`,
    name: `policy-${at}`,
    effect,
    actions,
    condition: {
      clientId: '*',
      username: '*',
      address: null,
      topic: '*',
      qos: [0, 1, 2],
      retain: null,
      ...condition
    },
    priority: at,
    createdAt: new Date(at).toISOString()
  }))
}

export function snapshot(instanceId: string, mqttPort: number): InstanceSnapshot {
  return {
    instanceId,
    tenantId: `tenant-of-${instanceId}`,
    epoch: 1,
    revision: 1,
    deleted: false,
    status: 'running',
    mqttPort,
    settings: settings(),
    rules: [],
    policies: [],
    usersRevision: 0
  }
}
