import type { RuleActions, RuleCondition, RuleDefinition } from '@parley/contracts'
import type { RuleField, RuleInput, RuleObserver, SkipReason } from '@parley/rules'

let created = 0

/** An active rule that matches everything; each one is younger than the one before. */
export function rule(
  actions: RuleActions,
  more: Partial<Omit<RuleDefinition, 'condition' | 'actions'>> & { condition?: Partial<RuleCondition> } = {}
): RuleDefinition {
  created++
  return {
    id: `rule-${created}`,
    name: `rule-${created}`,
    override: false,
    priority: 100,
    status: 'active',
    createdAt: new Date(Date.UTC(2025, 0, 1) + created * 1_000).toISOString(),
    ...more,
    condition: { clientId: '*', username: '*', topic: '*', ...more.condition },
    actions
  }
}

export function input(more: Partial<Omit<RuleInput, 'payload'>> & { payload?: unknown } = {}): RuleInput {
  const { payload = '', ...rest } = more
  return {
    clientId: 'sensor-1',
    username: 'alice',
    clientHost: '10.0.0.7:50123',
    topic: 'cmd/door/open',
    qos: 1,
    messageId: '0198F0A1B2C3D4E5F60718293A4B5C6D',
    timestamp: 1_760_000_000_000,
    instanceId: 'mqtt-k3v9x0qa',
    protocolVersion: '3.1.1',
    responseTopic: undefined,
    correlationData: undefined,
    messageExpiryInterval: undefined,
    userProperties: undefined,
    ...rest,
    payload: payload instanceof Uint8Array ? payload : bytes(asText(payload))
  }
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

export function text(data: Uint8Array | undefined): string | undefined {
  return data && new TextDecoder().decode(data)
}

export interface Observed extends RuleObserver {
  applied: [ruleId: string, field: RuleField][]
  skipped: [ruleId: string, field: RuleField, reason: SkipReason][]
}

export function observer(): Observed {
  const applied: Observed['applied'] = []
  const skipped: Observed['skipped'] = []
  return {
    applied,
    skipped,
    onApplied: (ruleId, field) => void applied.push([ruleId, field]),
    onSkipped: (ruleId, field, reason) => void skipped.push([ruleId, field, reason])
  }
}

function asText(payload: unknown): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload)
}
