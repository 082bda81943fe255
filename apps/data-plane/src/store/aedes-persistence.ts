import type { BrokerPacket } from '../broker/aedes-core.js'
import type { MatchEntry } from '../broker/match.js'
import { Message } from '../broker/message.js'
import { AedesContract } from './aedes-contract/aedes-contract.js'
import type { ContractPacket, ContractSubscriber } from './aedes-contract/packets.js'
import { type PipelineStep, Settled, StoredStep } from './stored-step.js'

const nothingToStore = new Settled<void>(undefined)

/**
 * Aedes' persistence contract on top of the session store. Here stand the three methods of the publish pipeline: they go on in
 * the same turn where they can, and hand entries of the index from one to the next. The rest is in aedes-contract/.
 */
export class AedesPersistence extends AedesContract {
  storeRetained(packet: BrokerPacket | ContractPacket): PipelineStep<void> {
    const message = packet.properties
    if (!(message instanceof Message)) return this.retainMessage(this.messageOf(packet))
    const step = new StoredStep()
    this.store.retain(message, step.settle)
    return step
  }

  /**
   * From memory; never rejects, because a rejection here would end the process. What the pipeline gets is merged by client,
   * as it is sent; `matchingSubscriptions` says the same subscription by subscription.
   */
  subscriptionsByTopic(topic: string): PipelineStep<MatchEntry[]> {
    return new Settled(this.index.match(topic).entries)
  }

  /** Queues the copies of persistent sessions: what Aedes waits for before the publisher is acknowledged. */
  outgoingEnqueueCombi(
    entries: readonly (MatchEntry | ContractSubscriber)[],
    packet: BrokerPacket | ContractPacket
  ): PipelineStep<void> {
    const message = packet.properties
    if (!(message instanceof Message)) return this.#enqueueForeign(entries, packet)
    const chosen = this.index.chosen(message)
    const all = (chosen.length === 0 ? entries : [...entries, ...chosen]) as readonly MatchEntry[]
    const persistent = hasPersistent(all)
    if (!persistent && !message.waitsInOrder && !message.retain) return nothingToStore
    const step = new StoredStep()
    if (persistent) this.store.enqueuePersistent(all, message, step.settle)
    else this.store.whenStored(step.settle)
    return step
  }

  /** Of somebody else than the service, who names clients instead of sessions. */
  #enqueueForeign(
    subscribers: readonly (MatchEntry | ContractSubscriber)[],
    packet: ContractPacket
  ): PipelineStep<void> {
    const named = subscribers.filter((subscriber) => 'clientId' in subscriber)
    return this.enqueueMessage(named, this.messageOf(packet))
  }
}

function hasPersistent(entries: readonly MatchEntry[]): boolean {
  for (let i = 0; i < entries.length; i++) if (entries[i]!.session.persistent) return true
  return false
}
