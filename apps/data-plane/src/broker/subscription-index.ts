import { parseSharedFilter } from '@parley/mqtt-wire'
import type { Session } from '../session/session.js'
import { type Found, type MatchEntry, type MatchResult, mergeFound, type Subscription } from './match.js'
import type { Message } from './message.js'
import { SharedGroup } from './shared-group.js'

/** What the remembered matches of one instance may weigh; a full cache is emptied, not evicted one by one. */
const cachedWeightMax = 100_000
/** A match that is larger than this is found anew each time: it alone would fill the cache. */
const cachedMatchWeightMax = cachedWeightMax / 4
const charactersPerWeight = 64

interface Level {
  children: Map<string, Level>
  subscriptions: Map<Session, Subscription> | undefined
  /** Shared subscriptions to this filter, by the name of their group. */
  groups: Map<string, SharedGroup> | undefined
}

const nobody: MatchEntry[] = []

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
    const shared = parseSharedFilter(subscription.topicFilter)
    const level = this.#level(shared?.filter ?? subscription.topicFilter)
    if (shared) {
      level.groups ??= new Map()
      let group = level.groups.get(shared.group)
      if (!group) {
        group = new SharedGroup(subscription.topicFilter, shared.filter)
        level.groups.set(shared.group, group)
      }
      group.put(session, subscription)
    } else {
      level.subscriptions ??= new Map()
      level.subscriptions.set(session, subscription)
    }
    this.#changed()
  }

  /** The level of a filter, made where it is missing. */
  #level(topicFilter: string): Level {
    let level = this.#root
    for (const word of topicFilter.split('/')) {
      let next = level.children.get(word)
      if (!next) {
        next = newLevel()
        level.children.set(word, next)
      }
      level = next
    }
    return level
  }

  remove(session: Session, topicFilter: string): void {
    const shared = parseSharedFilter(topicFilter)
    const words = (shared?.filter ?? topicFilter).split('/')
    const path: Level[] = [this.#root]
    for (const word of words) {
      const next = path[path.length - 1]!.children.get(word)
      if (!next) return
      path.push(next)
    }
    const level = path[path.length - 1]!
    const removed = shared
      ? leaveGroup(level, shared.group, session)
      : level.subscriptions?.delete(session) === true
    if (!removed) return
    for (let depth = words.length; depth > 0 && isEmpty(path[depth]!); depth--) {
      path[depth - 1]!.children.delete(words[depth - 1]!)
    }
    this.#changed()
  }

  match(topic: string): MatchResult {
    const known = this.#cache.get(topic)
    if (known) return known
    const found: Found = { bySession: new Map(), groups: [] }
    const words = topic.split('/')
    collect(this.#root, words, 0, found)
    const result = mergeFound(found, this.generation)
    this.#remember(topic, result)
    return result
  }

  /** The members of `$share/{group}/{filter}`; undefined when there are none. */
  group(name: string): SharedGroup | undefined {
    const shared = parseSharedFilter(name)
    let level: Level | undefined = this.#root
    for (const word of shared?.filter.split('/') ?? []) level = level?.children.get(word)
    return level?.groups?.get(shared?.group ?? '')
  }

  /** Who gets this message of each shared subscription that matches: chosen once per message, by its first caller. */
  chosen(message: Message): MatchEntry[] {
    if (message.chosen !== undefined) return message.chosen
    const { groups } = this.match(message.topic)
    if (groups.length === 0) return nobody
    const chosen: MatchEntry[] = []
    for (const group of groups) {
      const member = group.choose(message.qos)
      if (member) chosen.push(member)
    }
    message.chosen = chosen
    return chosen
  }

  /** Bounded by what is held, not by the number of topics: one topic may have ten thousand subscribers. */
  #remember(topic: string, result: MatchResult): void {
    const weight = 1 + result.entries.length + result.groups.length + topic.length / charactersPerWeight
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
  return { children: new Map(), subscriptions: undefined, groups: undefined }
}

function isEmpty(level: Level): boolean {
  return level.children.size === 0 && !level.subscriptions?.size && !level.groups?.size
}

function leaveGroup(level: Level, name: string, session: Session): boolean {
  const group = level.groups?.get(name)
  if (!group?.remove(session)) return false
  if (group.empty) level.groups!.delete(name)
  return true
}

/** `$` topics are not matched by filters that begin with a wildcard [MQTT-4.7.2-1]. */
function collect(level: Level, words: string[], depth: number, found: Found): void {
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

function take(level: Level | undefined, { bySession, groups }: Found): void {
  if (!level) return
  if (level.groups) groups.push(...level.groups.values())
  if (!level.subscriptions) return
  for (const [session, subscription] of level.subscriptions) {
    const list = bySession.get(session)
    if (list) list.push(subscription)
    else bySession.set(session, [subscription])
  }
}
