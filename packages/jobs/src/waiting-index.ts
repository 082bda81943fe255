import type { ReplyJob } from './reply-job.js'

/** `adding`: on its way to Redis. `delayed`: waits there. `active`: an attempt runs. */
export type WaitingState = 'adding' | 'delayed' | 'active'

export interface WaitingReply {
  readonly id: string
  readonly instanceId: string
  readonly topic: string
  state: WaitingState
  /** A SUBSCRIBE matched while it could not be promoted: it is run at once as soon as it can. */
  wanted: boolean
}

type Topics = Map<string, Set<WaitingReply>>

/** The replies of this node that wait, by instance and Response Topic: a SUBSCRIBE finds its own at once. */
export class WaitingIndex {
  readonly #byId = new Map<string, WaitingReply>()
  readonly #instances = new Map<string, Topics>()
  readonly #counts = new Map<string, number>()

  get(id: string): WaitingReply | undefined {
    return this.#byId.get(id)
  }

  /** The entry of this job; a new one begins in `state`. */
  add(id: string, job: Pick<ReplyJob, 'instanceId' | 'topic'>, state: WaitingState): WaitingReply {
    const known = this.#byId.get(id)
    if (known) return known
    const { instanceId, topic } = job
    const entry: WaitingReply = { id, instanceId, topic, state, wanted: false }
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
  matching(
    instanceId: string,
    topicFilter: string,
    matches: (topicFilter: string, topic: string) => boolean
  ): WaitingReply[] {
    const topics = this.#instances.get(instanceId)
    if (!topics) return []
    if (!/[+#]/.test(topicFilter)) return [...(topics.get(topicFilter) ?? [])]
    const found: WaitingReply[] = []
    for (const [topic, waiting] of topics) if (matches(topicFilter, topic)) found.push(...waiting)
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
