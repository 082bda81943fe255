import { topicLevels } from '@parley/mqtt-wire'
import { isAllowed } from '../auth/access.js'
import type { Instance } from '../fleet/instance.js'
import type { DropReason } from '../ops/counters.js'
import type { Connection } from '../session/connection.js'
import type { Delivery } from '../session/delivery.js'

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
  return mayReply(instance, responder, delivery, topic) ? 'answer' : 'reply_not_allowed'
}

/**
 * The right to reply (design §6): a topic that the requester had a say in is used only where the requester itself may publish,
 * or where it may subscribe and the responder may publish.
 */
function mayReply(
  instance: Instance,
  responder: Connection,
  { message, qos }: Delivery,
  topic: string
): boolean {
  const { autoReply, authorization } = instance.settings
  if (!authorization.enabled || !autoReply.checkRights || message.responseTopicOrigin === 'constants')
    return true
  const requester = instance.rights.of({
    id: message.publisherClientId,
    username: message.publisherUsername,
    clientHost: message.publisherHost
  })
  if (isAllowed(requester?.mayPublish(topic, qos, false))) return true
  return (
    isAllowed(requester?.maySubscribe(topic, qos)) &&
    isAllowed(responder.access?.mayPublish(topic, qos, false))
  )
}
