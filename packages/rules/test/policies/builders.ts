import type { PolicyCondition, PolicyDefinition } from '@parley/contracts'
import { type AccessRequest, compilePolicies, decideAccess } from '@parley/rules'

let created = 0

type More = Partial<Omit<PolicyDefinition, 'condition' | 'effect'>> & { condition?: Partial<PolicyCondition> }

/** A policy about all actions of everyone; each one is younger than the one before. */
function policy(effect: PolicyDefinition['effect'], more: More): PolicyDefinition {
  created++
  return {
    id: `policy-${created}`,
    name: `policy-${created}`,
    effect,
    actions: ['connect', 'publish', 'subscribe'],
    priority: 100,
    createdAt: new Date(Date.UTC(2025, 0, 1) + created * 1_000).toISOString(),
    ...more,
    condition: condition(more.condition)
  }
}

export function allow(topic: string, more: More = {}): PolicyDefinition {
  return policy('allow', { ...more, condition: { topic, ...more.condition } })
}

export function deny(topic: string, more: More = {}): PolicyDefinition {
  return policy('deny', { ...more, condition: { topic, ...more.condition } })
}

export function condition(more: Partial<PolicyCondition> = {}): PolicyCondition {
  return { clientId: '*', username: '*', address: null, topic: '*', qos: [0, 1, 2], retain: null, ...more }
}

export function request(more: Partial<AccessRequest> = {}): AccessRequest {
  return { action: 'publish', clientId: 'sensor-1', username: 'alice', address: '10.0.0.7', ...more }
}

/** The name of the policy that decided, or undefined. */
export function decidedBy(policies: PolicyDefinition[], asked: Partial<AccessRequest>): string | undefined {
  return decideAccess(compilePolicies(policies), request(asked)).policy?.name
}

export function mayConnect(policies: PolicyDefinition[], asked: Partial<AccessRequest> = {}): boolean {
  return isAllowed(policies, { action: 'connect', ...asked })
}

export function mayPublish(
  policies: PolicyDefinition[],
  topic: string,
  asked: Partial<AccessRequest> = {}
): boolean {
  return isAllowed(policies, { action: 'publish', topic, ...asked })
}

export function maySubscribe(
  policies: PolicyDefinition[],
  topic: string,
  asked: Partial<AccessRequest> = {}
): boolean {
  return isAllowed(policies, { action: 'subscribe', topic, ...asked })
}

function isAllowed(policies: PolicyDefinition[], asked: Partial<AccessRequest>): boolean {
  return decideAccess(compilePolicies(policies), request(asked)).effect === 'allow'
}
