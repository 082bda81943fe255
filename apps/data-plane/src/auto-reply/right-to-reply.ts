import type { ReplyJob } from '@parley/jobs'
import { isAllowed, type Principal } from '../auth/access.js'
import type { Message } from '../broker/message.js'
import type { Instance } from '../fleet/instance.js'

/** The requester of a message, as policies look at it. */
export function requesterOf(message: Message): Principal {
  return {
    id: message.publisherClientId,
    username: message.publisherUsername,
    clientHost: message.publisherHost
  }
}

/** Whether the requester had a say in the Response Topic (design §6): constants, client id and username are the operator's word. */
export function isChosenByRequester({ responseTopicOrigin }: Message): boolean {
  return responseTopicOrigin !== 'constants'
}

export function areRightsChecked({ settings }: Instance): boolean {
  return settings.authorization.enabled && settings.autoReply.checkRights
}

/**
 * The right to reply (design §6): a topic that the requester had a say in is used only where the requester itself may publish,
 * or where it may subscribe and the responder may publish. Under the policies of now.
 */
export function mayReply(
  { rights }: Instance,
  requester: Principal,
  responder: Principal,
  topic: string,
  qos: 1 | 2
): boolean {
  const asking = rights.of(requester)
  if (isAllowed(asking?.mayPublish(topic, qos, false))) return true
  return (
    isAllowed(asking?.maySubscribe(topic, qos)) &&
    isAllowed(rights.of(responder)?.mayPublish(topic, qos, false))
  )
}

/** A reply that waited: policies may have changed since. */
export function mayStillReply(instance: Instance, { rights, topic, qos }: ReplyJob): boolean {
  if (rights === undefined || !areRightsChecked(instance)) return true
  return mayReply(instance, rights.requester, rights.responder, topic, qos)
}
