import type { Qos } from '@parley/mqtt-wire'
import type { Session } from '../session/session.js'
import type { SharedGroup } from './shared-group.js'

export interface Subscription {
  /** As the client wrote it, with `$share/{group}/` where it is shared. */
  topicFilter: string
  qos: Qos
  noLocal: boolean
  retainAsPublished: boolean
  identifier: number | undefined
}

/** One copy for one client, whatever number of its subscriptions match: the best QoS and all identifiers. */
export interface MatchEntry {
  session: Session
  qos: Qos
  retainAsPublished: boolean
  identifiers: number[] | undefined
  /** What the client gets of its own publishes: the same without its No Local subscriptions; null: nothing. */
  own: MatchEntry | null
  /** Set when the session gets this copy as a member of a shared subscription. */
  share: SharedGroup | undefined
}

export interface MatchResult {
  readonly generation: number
  readonly entries: MatchEntry[]
  /** Shared subscriptions that match: one member of each gets a copy of its own. */
  readonly groups: SharedGroup[]
  /** Clients and shares that wait here: a filter that begins with a wildcard is a logger, not a waiting requester. */
  readonly waiting: number
}

/** The subscriptions that match one topic name, as they are found. */
export interface Found {
  readonly bySession: Map<Session, Subscription[]>
  readonly groups: SharedGroup[]
}

const noGroups: SharedGroup[] = []

export function mergeFound({ bySession, groups }: Found, generation: number): MatchResult {
  const entries: MatchEntry[] = []
  let waiting = 0
  for (const [session, subscriptions] of bySession) {
    const entry = newEntry(session, subscriptions, undefined)
    const local = subscriptions.filter((subscription) => !subscription.noLocal)
    if (local.length === 0) entry.own = null
    else if (local.length < subscriptions.length) entry.own = newEntry(session, local, undefined)
    entries.push(entry)
    if (subscriptions.some((subscription) => !startsWithWildcard(subscription.topicFilter))) waiting++
  }
  for (const group of groups) if (!startsWithWildcard(group.topicFilter)) waiting++
  return { generation, entries, groups: groups.length > 0 ? groups : noGroups, waiting }
}

/** A session's copy for these of its subscriptions. */
export function newEntry(
  session: Session,
  subscriptions: readonly Subscription[],
  share: SharedGroup | undefined
): MatchEntry {
  let qos: Qos = 0
  let retainAsPublished = false
  const identifiers: number[] = []
  for (const subscription of subscriptions) {
    if (subscription.qos > qos) qos = subscription.qos
    if (subscription.retainAsPublished) retainAsPublished = true
    if (subscription.identifier !== undefined) identifiers.push(subscription.identifier)
  }
  const entry: MatchEntry = {
    session,
    qos,
    retainAsPublished,
    identifiers: identifiers.length > 0 ? identifiers : undefined,
    own: null,
    share
  }
  entry.own = entry
  return entry
}

function startsWithWildcard(topicFilter: string): boolean {
  return topicFilter.startsWith('+') || topicFilter.startsWith('#')
}
