import { topicLevels } from '@parley/mqtt-wire'
import type { Instance } from '../fleet/instance.js'
import type { DropReason } from '../ops/counters.js'
import type { Connection } from '../session/connection.js'
import type { Delivery } from '../session/delivery.js'
import { areRightsChecked, isChosenByRequester, mayReply, requesterOf } from './right-to-reply.js'

const dollar = 0x24

/**
 * Whether a successful acknowledgement is answered (design §6). 'answer'; 'silent' when nobody asked for a reply or the
 * instance does not answer such clients; otherwise the reason why a reply that was asked for is not made.
 */
export function replyGate(
  instance: Instance,
  responder: Connection,
  delivery: Delivery,
  nowMs: number
): 'answer' | 'silent' | DropReason {
  const { message } = delivery
  const { autoReply, limits } = instance.settings
  const topic = message.responseTopic
  if (topic === undefined || !autoReply.enabled) return 'silent'
  if (!instance.replyVersions.has(responder.protocolVersion)) return 'silent'
  if (delivery.fromRetained && !autoReply.retained) return 'reply_to_retained'
  if (nowMs >= message.expiresAtMs) return 'reply_request_expired'
  if (topic.length === 0 || topic.charCodeAt(0) === dollar) return 'reply_topic_invalid'
  if (topicLevels(topic) > limits.topicLevelsMax) return 'reply_topic_invalid'
  if (message.replies >= autoReply.maxReplies) return 'reply_limit_reached'
  if (!isChosenByRequester(message) || !areRightsChecked(instance)) return 'answer'
  return mayReply(instance, requesterOf(message), responder, topic, delivery.qos)
    ? 'answer'
    : 'reply_not_allowed'
}
