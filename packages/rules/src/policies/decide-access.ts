import type { PolicyAction } from '@parley/contracts'
import { type AccessDecision, deniedByDefault } from './access-decision.js'
import { type AccessClient, clientAccess } from './client-access.js'
import type { PolicySet } from './compile-policies.js'
import { innerFilter } from './topic-filter.js'

export interface AccessRequest extends AccessClient {
  readonly action: PolicyAction
  /** A topic name; to subscribe, a topic filter, also a shared one. A connect needs none. */
  readonly topic?: string
  /** 0 when left out. */
  readonly qos?: 0 | 1 | 2
  /** False when left out. */
  readonly retain?: boolean
}

/** One decision about one client. Who has more to ask about a client keeps its `clientAccess`. */
export function decideAccess(set: PolicySet, request: AccessRequest): AccessDecision {
  const { action, topic, qos = 0, retain = false } = request
  const access = clientAccess(set, request)
  if (action === 'connect') return access.mayConnect()
  // No topic is empty [MQTT-4.7.3-1], so no policy is about it.
  if (topic === undefined || topic === '') return deniedByDefault
  return action === 'publish'
    ? access.mayPublish(topic, qos, retain)
    : access.maySubscribe(innerFilter(topic), qos)
}
