import type { ReplyJob } from './reply-job.js'

/**
 * `adding`: on its way to Redis. `delayed`: waits there. `promoted`: brought to the front, an attempt follows.
 * `active`: an attempt runs, or its end is being written.
 */
export type WaitingState = 'adding' | 'delayed' | 'promoted' | 'active'

export interface WaitingReply {
  readonly id: string
  readonly instanceId: string
  readonly topic: string
  /** The node that the job names; another one than this while the reply of a dead node is not taken over. */
  node: string
  state: WaitingState
  /** A SUBSCRIBE matched and no attempt began since: it is run at once as soon as it can. */
  wanted: boolean
  /** When Redis, or a run, last showed that the job is there (epoch ms). */
  seenAtMs: number
}

export type TopicMatcher = (topicFilter: string, topic: string) => boolean

type Topics = Map<string, Set<WaitingReply>>

/** The replies of this node that wait, by instance and Response Topic: a SUBSCRIBE finds its own at once. */
export class WaitingIndex {
  readonly #byId = new Map<string, WaitingReply>()
  readonly #instances = new Map<string, Topics>()
  readonly #counts = new Map<string, number>()

  get(id: string): WaitingReply | undefined {
    return this.#byId.get(id)
  }

  all(): Iterable<WaitingReply> {
    return this.#byId.values()
  }

  /** The entry of this job; a new one begins in `state`. */
  add(
    id: string,
    job: Pick<ReplyJob, 'instanceId' | 'topic' | 'node'>,
    state: WaitingState,
    nowMs: number
  ): WaitingReply {
    const known = this.#byId.get(id)
    if (known) return known
    const { instanceId, topic, node } = job
    const entry: WaitingReply = { id, instanceId, topic, node, state, wanted: false, seenAtMs: nowMs }
    this.#byId.set(id, entry)
    const topics = this.#topicsOf(instanceId)
    const waiting = topics.get(topic)
    if (waiting) waiting.add(entry)
    else topics.set(topic, new Set([entry]))
    this.#counts.set(instanceId, this.count(instanceId) + 1)
    return entry
  }

  remove(id: string): void {
    const entry = this.#byId.get(id)
    if (!entry) return
    this.#byId.delete(id)
    this.#counts.set(entry.instanceId, this.count(entry.instanceId) - 1)
    const topics = this.#instances.get(entry.instanceId)
    const waiting = topics?.get(entry.topic)
    waiting?.delete(entry)
    if (waiting?.size === 0) topics?.delete(entry.topic)
    if (topics?.size === 0) {
      this.#instances.delete(entry.instanceId)
      this.#counts.delete(entry.instanceId)
    }
  }

  count(instanceId: string): number {
    return this.#counts.get(instanceId) ?? 0
  }

  /** Replies that wait on a topic of this filter. A filter without wildcards is one look-up. */
  matching(instanceId: string, topicFilter: string, matches: TopicMatcher): WaitingReply[] {
    const topics = this.#instances.get(instanceId)
    if (!topics) return []
    if (!/[+#]/.test(topicFilter)) return [...(topics.get(topicFilter) ?? [])]
    const found: WaitingReply[] = []
    for (const [topic, waiting] of topics)
      if (matches(topicFilter, topic)) for (const entry of waiting) found.push(entry)
    return found
  }

  #topicsOf(instanceId: string): Topics {
    const known = this.#instances.get(instanceId)
    if (known) return known
    const topics: Topics = new Map()
    this.#instances.set(instanceId, topics)
    return topics
  }
}
