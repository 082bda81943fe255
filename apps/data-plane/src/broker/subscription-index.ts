import type { Qos } from '@parley/mqtt-wire'
import type { Session } from '../session/session.js'

/** What the remembered matches of one instance may weigh; a full cache is emptied, not evicted one by one. */
const cachedWeightMax = 100_000
/** A match that is larger than this is found anew each time: it alone would fill the cache. */
const cachedMatchWeightMax = cachedWeightMax / 4
const charactersPerWeight = 64

export interface Subscription {
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
}

export interface MatchResult {
  readonly generation: number
  readonly entries: MatchEntry[]
  /** Clients that wait here: a filter that begins with a wildcard is a logger, not a waiting requester. */
  readonly waiting: number
}

interface Level {
  children: Map<string, Level>
  subscriptions: Map<Session, Subscription> | undefined
}

/**
 * The subscriptions of one instance on this node: a trie by topic level, with a cache of topic name to merged match.
 * Every change empties the cache, so that a match is never older than the subscriptions.
 */
export class SubscriptionIndex {
  generation = 0
  #root: Level = newLevel()
  #cache = new Map<string, MatchResult>()
  #cachedWeight = 0

  /** Adds or replaces the subscription of this session to this filter. */
  add(session: Session, subscription: Subscription): void {
    let level = this.#root
    for (const word of subscription.topicFilter.split('/')) {
      let next = level.children.get(word)
      if (!next) {
        next = newLevel()
        level.children.set(word, next)
      }
      level = next
    }
    level.subscriptions ??= new Map()
    level.subscriptions.set(session, subscription)
    this.#changed()
  }

  remove(session: Session, topicFilter: string): void {
    const words = topicFilter.split('/')
    const path: Level[] = [this.#root]
    for (const word of words) {
      const next = path[path.length - 1]!.children.get(word)
      if (!next) return
      path.push(next)
    }
    if (!path[path.length - 1]!.subscriptions?.delete(session)) return
    for (let depth = words.length; depth > 0 && isEmpty(path[depth]!); depth--) {
      path[depth - 1]!.children.delete(words[depth - 1]!)
    }
    this.#changed()
  }

  match(topic: string): MatchResult {
    const known = this.#cache.get(topic)
    if (known) return known
    const found = new Map<Session, Subscription[]>()
    const words = topic.split('/')
    collect(this.#root, words, 0, found)
    const result = merge(found, this.generation)
    this.#remember(topic, result)
    return result
  }

  /** Bounded by what is held, not by the number of topics: one topic may have ten thousand subscribers. */
  #remember(topic: string, result: MatchResult): void {
    const weight = 1 + result.entries.length + topic.length / charactersPerWeight
    if (weight > cachedMatchWeightMax) return
    if (this.#cachedWeight + weight > cachedWeightMax) this.#forget()
    this.#cache.set(topic, result)
    this.#cachedWeight += weight
  }

  #forget(): void {
    this.#cache.clear()
    this.#cachedWeight = 0
  }

  #changed(): void {
    this.generation++
    this.#forget()
  }
}

function newLevel(): Level {
  return { children: new Map(), subscriptions: undefined }
}

function isEmpty(level: Level): boolean {
  return level.children.size === 0 && (level.subscriptions === undefined || level.subscriptions.size === 0)
}

/** `$` topics are not matched by filters that begin with a wildcard [MQTT-4.7.2-1]. */
function collect(level: Level, words: string[], depth: number, found: Map<Session, Subscription[]>): void {
  const wildcards = depth > 0 || words[0]!.charCodeAt(0) !== 0x24
  if (wildcards) take(level.children.get('#'), found)
  if (depth === words.length) {
    take(level, found)
    return
  }
  const exact = level.children.get(words[depth]!)
  // A topic name holds no wildcards, so that `exact` is never the `+` or `#` level.
  if (exact) collect(exact, words, depth + 1, found)
  const single = wildcards ? level.children.get('+') : undefined
  if (single) collect(single, words, depth + 1, found)
}

function take(level: Level | undefined, found: Map<Session, Subscription[]>): void {
  if (!level?.subscriptions) return
  for (const [session, subscription] of level.subscriptions) {
    const list = found.get(session)
    if (list) list.push(subscription)
    else found.set(session, [subscription])
  }
}

function merge(found: Map<Session, Subscription[]>, generation: number): MatchResult {
  const entries: MatchEntry[] = []
  let waiting = 0
  for (const [session, subscriptions] of found) {
    const entry = mergeEntry(session, subscriptions)
    const local = subscriptions.filter((subscription) => !subscription.noLocal)
    if (local.length === 0) entry.own = null
    else if (local.length < subscriptions.length) entry.own = mergeEntry(session, local)
    entries.push(entry)
    if (subscriptions.some((subscription) => !startsWithWildcard(subscription.topicFilter))) waiting++
  }
  return { generation, entries, waiting }
}

function mergeEntry(session: Session, subscriptions: Subscription[]): MatchEntry {
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
    own: null
  }
  entry.own = entry
  return entry
}

function startsWithWildcard(topicFilter: string): boolean {
  return topicFilter.startsWith('+') || topicFilter.startsWith('#')
}
