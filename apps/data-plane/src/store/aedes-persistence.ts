import type { BrokerPacket } from '../broker/aedes-core.js'
import type { MatchEntry } from '../broker/match.js'
import type { SubscriptionIndex } from '../broker/subscription-index.js'
import type { SessionStore } from './session-store.js'
import { type PipelineStep, Settled, StoredStep } from './stored-step.js'

const nothingToStore = new Settled<void>(undefined)

/**
 * The part of Aedes' persistence contract that its publish pipeline and its heartbeat call, on top of the session store.
 * Client handling is ours and speaks to the store itself; wills are ours too, so that Aedes' sweep finds none.
 */
export class AedesPersistence {
  readonly #store: SessionStore
  readonly #index: SubscriptionIndex

  constructor(store: SessionStore, index: SubscriptionIndex) {
    this.#store = store
    this.#index = index
  }

  /** Aedes insists on an async function. */
  async setup(): Promise<void> {}

  storeRetained(packet: BrokerPacket): PipelineStep<void> {
    if (!packet.properties) return nothingToStore
    const step = new StoredStep()
    this.#store.retain(packet.properties, step.settle)
    return step
  }

  /** From memory; never rejects, because a rejection here would end the process. */
  subscriptionsByTopic(topic: string): PipelineStep<MatchEntry[]> {
    return new Settled(this.#index.match(topic).entries)
  }

  /** Queues the copies of persistent sessions: what Aedes waits for before the publisher is acknowledged. */
  outgoingEnqueueCombi(entries: MatchEntry[], packet: BrokerPacket): PipelineStep<void> {
    const message = packet.properties
    if (!message) return nothingToStore
    const chosen = this.#index.chosen(message)
    const all = chosen.length === 0 ? entries : [...entries, ...chosen]
    if (!hasPersistent(all)) return nothingToStore
    const step = new StoredStep()
    this.#store.enqueuePersistent(all, message, step.settle)
    return step
  }

  async *streamWill(): AsyncGenerator<never> {}
}

function hasPersistent(entries: MatchEntry[]): boolean {
  for (let i = 0; i < entries.length; i++) if (entries[i]!.session.persistent) return true
  return false
}
