import type { DryRunAnswer, Instance } from '@parley/contracts'
import { type Exchange, has } from './exchange'
import type { LinkState } from './link'
import { noMatchingSubscribers } from './reason-codes'

/** Why a reply may not have come, the surest first. */
export type NoReplyReason =
  | 'suspended'
  | 'requesterLost'
  | 'requestQos0'
  | 'noResponseTopic'
  | 'nobodySubscribed'
  | 'notArrived'
  | 'notAcknowledged'
  | 'autoReplyOff'
  | 'protocolVersionOff'
  | 'expired'
  | 'rights'
  | 'delayed'

export interface NoReplyFacts {
  exchange: Exchange
  instance: Pick<Instance, 'status' | 'autoReply' | 'authorization'>
  requester: LinkState
  /** What the rules make of such a request; undefined: not known. */
  dryRun: DryRunAnswer | undefined
}

/** The responder of this page speaks 3.1.1. */
const responderVersion = '3.1.1'

/** Each cause that the facts speak for; `delayed` when they speak for none. */
export function noReplyReasons(facts: NoReplyFacts): NoReplyReason[] {
  const reasons = causes.filter(({ holds }) => holds(facts)).map(({ reason }) => reason)
  return reasons.length > 0 ? reasons : ['delayed']
}

const causes: { reason: NoReplyReason; holds: (facts: NoReplyFacts) => boolean }[] = [
  { reason: 'suspended', holds: ({ instance }) => instance.status !== 'running' },
  { reason: 'requesterLost', holds: ({ requester }) => requester.kind !== 'connected' },
  { reason: 'requestQos0', holds: ({ exchange }) => exchange.request.qos === 0 },
  { reason: 'noResponseTopic', holds: hasNoResponseTopic },
  { reason: 'nobodySubscribed', holds: ({ exchange }) => isUnheard(exchange) },
  { reason: 'notArrived', holds: ({ exchange }) => !has(exchange, 'arrived') && !isUnheard(exchange) },
  { reason: 'notAcknowledged', holds: isNotAcknowledged },
  { reason: 'autoReplyOff', holds: ({ instance }) => !instance.autoReply.enabled },
  { reason: 'protocolVersionOff', holds: ({ instance }) => isVersionOff(instance) },
  { reason: 'expired', holds: ({ dryRun }) => dryRun?.properties.messageExpiryInterval !== undefined },
  {
    reason: 'rights',
    holds: ({ instance }) => instance.authorization.enabled && instance.autoReply.checkRights
  }
]

function hasNoResponseTopic({ exchange, dryRun }: NoReplyFacts): boolean {
  return exchange.request.version !== '5.0' && dryRun !== undefined && !dryRun.properties.responseTopic
}

/** The server said so itself, which it can say to a v5 client only. */
function isUnheard({ steps }: Exchange): boolean {
  return steps.some((step) => step.kind === 'accepted' && step.code === noMatchingSubscribers)
}

function isNotAcknowledged({ exchange }: NoReplyFacts): boolean {
  const { steps, request } = exchange
  const isFinal = steps.some((step) => step.kind === 'acknowledged' && step.packet !== 'PUBREC')
  return has(exchange, 'arrived') && request.qos > 0 && !isFinal
}

function isVersionOff({ autoReply }: NoReplyFacts['instance']): boolean {
  return autoReply.enabled && !autoReply.protocolVersions.includes(responderVersion)
}
