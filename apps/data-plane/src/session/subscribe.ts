import {
  parseSharedFilter,
  type Qos,
  reasonCodes,
  type SubscribePacket,
  topicLevels,
  v3SubackFailure
} from '@parley/mqtt-wire'
import { isAllowed } from '../auth/access.js'
import type { Connection } from './connection.js'
import { deliver } from './deliver.js'
import type { Problem } from './problem.js'
import { type Grant, RetainedSender } from './retained.js'
import { storeAll } from './store-steps.js'

/** The internal topics of the service: no client subscribes there. */
const reservedFilterPrefix = '$parley/'
/** Of one session: what a client makes others hold for it is bounded. */
export const subscriptionsMax = 10_000
/** What the filters of one session may weigh together, in characters: each may have 65,535. */
export const subscriptionsWeightMax = 4_194_304

/** Each filter gets its own code [MQTT-3.8.4-6]; SUBACK follows the store, retained messages and waiting replies follow it. */
export function handleSubscribe(connection: Connection, packet: SubscribePacket): boolean {
  const session = connection.session!
  const { broker } = connection
  const codes: number[] = []
  const granted: Grant[] = []
  const asked = new Set<string>()
  let askedWeight = 0
  let problem: Refusal | undefined
  for (const request of packet.subscriptions) {
    const refusal = refusalOf(connection, request, asked.size, askedWeight)
    if (refusal === undefined) {
      codes.push(request.qos)
      const { topicFilter } = request
      // One after the other [MQTT-3.8.4-5]: a filter that stands twice in the packet exists the second time.
      const existed = session.subscriptions.has(topicFilter) || asked.has(topicFilter)
      asked.add(topicFilter)
      askedWeight += topicFilter.length
      granted.push(grantOf(request, packet.subscriptionIdentifier, existed))
    } else {
      broker.counters.drop('subscription_refused')
      problem ??= refusal
      codes.push(refusalCode(connection, refusal, request.qos))
    }
  }
  return storeAll(
    connection,
    granted,
    ({ subscription }, stored) => {
      broker.index.add(session, subscription)
      broker.store.subscribe(session, subscription, stored)
    },
    () => {
      const { packetId } = packet
      connection.send({
        type: 'suback',
        packetId,
        reasonCodes: codes,
        properties: connection.problemInformation(problem)
      })
      connection.retained ??= new RetainedSender(connection)
      connection.retained.send(granted)
      deliver(connection)
      for (const { subscription } of granted) {
        broker.autoReply.onSubscribed(withoutShare(subscription.topicFilter))
        broker.events.onSubscribed(connection, subscription)
      }
    }
  )
}

function grantOf(
  { topicFilter, qos, noLocal, retainAsPublished, retainHandling }: SubscribePacket['subscriptions'][number],
  identifier: number | undefined,
  existed: boolean
): Grant {
  return {
    subscription: { topicFilter, qos, noLocal, retainAsPublished, identifier },
    retainHandling,
    existed
  }
}

interface Refusal extends Problem {
  reasonCode: number
}

const reservedFilter: Refusal = {
  reasonCode: reasonCodes.notAuthorized,
  says: 'topics below $parley/ belong to the service'
}
const notAllowed: Refusal = {
  reasonCode: reasonCodes.notAuthorized,
  says: 'no policy allows to subscribe to this topic filter'
}
const tooDeep: Refusal = {
  reasonCode: reasonCodes.topicFilterInvalid,
  says: 'the topic filter has too many levels',
  limit: 'topicLevelsMax'
}
const tooMany: Refusal = {
  reasonCode: reasonCodes.quotaExceeded,
  says: 'the session has too many subscriptions'
}

/** 3.1 has no way to say no: its client is acknowledged as if it had been granted what it gets nothing of (3.1, SUBSCRIBE). */
function refusalCode({ protocolLevel }: Connection, { reasonCode }: Refusal, asked: Qos): number {
  if (protocolLevel === 5) return reasonCode
  return protocolLevel === 4 ? v3SubackFailure : asked
}

/** Undefined when the filter may be subscribed to. `asked`, `askedWeight`: of filters of the same packet that are granted already. */
function refusalOf(
  connection: Connection,
  { topicFilter, qos }: SubscribePacket['subscriptions'][number],
  asked: number,
  askedWeight: number
): Refusal | undefined {
  const filter = withoutShare(topicFilter)
  if (filter.startsWith(reservedFilterPrefix)) return reservedFilter
  const { topicLevelsMax } = connection.broker.instance.settings.limits
  if (topicLevels(filter) > topicLevelsMax) return tooDeep
  const { subscriptions, subscriptionsWeight } = connection.session!
  const full =
    subscriptions.size + asked >= subscriptionsMax ||
    subscriptionsWeight + askedWeight + topicFilter.length > subscriptionsWeightMax
  if (full && !subscriptions.has(topicFilter)) return tooMany
  return isAllowed(connection.access?.maySubscribe(filter, qos)) ? undefined : notAllowed
}

/** The filter that topics are matched against. */
function withoutShare(topicFilter: string): string {
  return parseSharedFilter(topicFilter)?.filter ?? topicFilter
}
