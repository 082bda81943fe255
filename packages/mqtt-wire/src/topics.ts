/** A topic is a UTF-8 string with a 16 bit length [MQTT-4.7.3-3]. */
const topicBytesMax = 65_535
/** UTF-16 units that fit in topicBytesMax whatever they are: three bytes each at most. */
const surelyShort = Math.floor(topicBytesMax / 3)
const sharePrefix = '$share/'
const slash = 0x2f
const plus = 0x2b
const hash = 0x23
const dollar = 0x24

export interface SharedFilter {
  group: string
  filter: string
}

/** Not empty [MQTT-4.7.3-1], no wildcards [MQTT-3.3.2-2], no U+0000 [MQTT-4.7.3-2]. */
export function isValidTopicName(topic: string): boolean {
  return isTopicText(topic) && !hasWildcard(topic)
}

/** A topic filter, also a shared one: `#` last and `+` each alone in their level [MQTT-4.7.1-1] [MQTT-4.7.1-2]. */
export function isValidTopicFilter(filter: string): boolean {
  if (!isTopicText(filter)) return false
  if (isShared(filter)) return parseSharedFilter(filter) !== undefined
  return wildcardsStandAlone(filter)
}

/** `$share` itself is reserved as well: it is a share without a name. */
function isShared(filter: string): boolean {
  return filter.startsWith(sharePrefix) || filter === '$share'
}

/**
 * The parts of `$share/{group}/{filter}`. Undefined when the filter is not shared, or not well-formed: the group has
 * at least one character, no wildcards, and is followed by a filter [MQTT-4.8.2-1] [MQTT-4.8.2-2].
 */
export function parseSharedFilter(filter: string): SharedFilter | undefined {
  if (!filter.startsWith(sharePrefix)) return undefined
  const groupEnd = filter.indexOf('/', sharePrefix.length)
  if (groupEnd <= sharePrefix.length) return undefined
  const group = filter.slice(sharePrefix.length, groupEnd)
  const inner = filter.slice(groupEnd + 1)
  if (inner === '' || hasWildcard(group) || !wildcardsStandAlone(inner)) return undefined
  return { group, filter: inner }
}

/** Levels of a topic name or filter: one more than its slashes. */
export function topicLevels(topic: string): number {
  let levels = 1
  for (let at = topic.indexOf('/'); at >= 0; at = topic.indexOf('/', at + 1)) levels++
  return levels
}

/**
 * Whether a valid filter (of a shared subscription: its inner filter) matches a topic name. A filter that begins with
 * a wildcard does not match a topic that begins with `$` [MQTT-4.7.2-1]. `a/#` matches `a` too (4.7.1.2).
 */
export function topicMatchesFilter(filter: string, topic: string): boolean {
  const opening = filter.charCodeAt(0)
  if (topic.charCodeAt(0) === dollar && (opening === plus || opening === hash)) return false
  let at = 0
  let topicAt = 0
  while (at < filter.length) {
    const code = filter.charCodeAt(at)
    if (code === hash) return true
    if (code === plus) {
      while (topicAt < topic.length && topic.charCodeAt(topicAt) !== slash) topicAt++
      at++
    } else if (topicAt < topic.length && topic.charCodeAt(topicAt) === code) {
      at++
      topicAt++
    } else {
      return topicAt === topic.length && isParentLevel(filter, at)
    }
  }
  return topicAt === topic.length
}

/** What is left of the filter is `/#`: it also matches the level above. */
function isParentLevel(filter: string, at: number): boolean {
  return (
    at > 0 &&
    at + 2 === filter.length &&
    filter.charCodeAt(at) === slash &&
    filter.charCodeAt(at + 1) === hash
  )
}

export function hasWildcard(topic: string): boolean {
  return topic.includes('+') || topic.includes('#')
}

function isTopicText(topic: string): boolean {
  if (topic.length === 0 || topic.includes('\0')) return false
  return topic.length <= surelyShort || Buffer.byteLength(topic) <= topicBytesMax
}

function wildcardsStandAlone(filter: string): boolean {
  const last = filter.length - 1
  for (let at = 0; at <= last; at++) {
    const code = filter.charCodeAt(at)
    if (code !== plus && code !== hash) continue
    if (at > 0 && filter.charCodeAt(at - 1) !== slash) return false
    if (at === last) continue
    if (code === hash || filter.charCodeAt(at + 1) !== slash) return false
  }
  return true
}
