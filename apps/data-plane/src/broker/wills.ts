import { isAllowed } from '../auth/access.js'
import { applyEnhancementRules } from '../rules/enhance.js'
import type { Session } from '../session/session.js'
import { type Will, willDelayS, willMessage } from '../session/will.js'
import type { KeptWill } from '../store/session-store.js'
import type { InstanceBroker } from './instance-broker.js'

const msPerSecond = 1000
/** The longest time that a timer of Node takes, 24 days: a longer delay takes several. */
const timeoutMaxMs = 2_147_483_647

/** The wills of one instance whose clients are gone: published at once, or after their delay [MQTT-3.1.3-9]. */
export class Wills {
  readonly #broker: InstanceBroker
  /** By client id. */
  readonly #delayed = new Map<string, { will: Will; timer: NodeJS.Timeout }>()

  constructor(broker: InstanceBroker) {
    this.#broker = broker
  }

  get waiting(): number {
    return this.#delayed.size
  }

  /** A connection ended that leaves its will. */
  leave(will: Will, session: Session): void {
    const { store } = this.#broker
    const delayS = Math.min(willDelayS(will), session.expiryS)
    if (delayS === 0) {
      store.forgetWill(session.clientId)
      this.#publish(will)
      return
    }
    const dueAtMs = Date.now() + delayS * msPerSecond
    store.keepWill(session.clientId, will, dueAtMs)
    this.#delay(session.clientId, will, dueAtMs)
  }

  /**
   * A will that an earlier process left: of a client that was connected then, or that waits for its delay. `expiryS`: of its
   * session, 0 when there is none any more: no delay is longer.
   */
  takeUp({ clientId, will, dueAtMs }: KeptWill, expiryS: number): void {
    if (this.#broker.clients[clientId]) return
    const delayMs = Math.min(willDelayS(will), expiryS) * msPerSecond
    this.#delay(clientId, will, dueAtMs ?? Date.now() + delayMs)
  }

  /** The session goes on: its client is back before the delay was over. */
  drop(clientId: string): Will | undefined {
    const delayed = this.#delayed.get(clientId)
    if (!delayed) return undefined
    clearTimeout(delayed.timer)
    this.#delayed.delete(clientId)
    this.#broker.store.forgetWill(clientId)
    return delayed.will
  }

  /** The session is over, so that the delay is too. */
  publishNow(clientId: string): void {
    const will = this.drop(clientId)
    if (will) this.#publish(will)
  }

  #delay(clientId: string, will: Will, dueAtMs: number): void {
    const onTime = (): void => {
      if (Date.now() < dueAtMs) this.#delay(clientId, will, dueAtMs)
      else this.#publishOverdue(clientId)
    }
    const delayMs = Math.max(0, Math.min(dueAtMs - Date.now(), timeoutMaxMs))
    this.#delayed.set(clientId, { will, timer: setTimeout(onTime, delayMs).unref() })
  }

  #publishOverdue(clientId: string): void {
    try {
      this.publishNow(clientId)
    } catch (error) {
      // Called by a timer: what escapes here would end the process.
      this.#broker.log.error({ clientId, err: error }, 'a delayed will failed')
    }
  }

  #publish(will: Will): void {
    const broker = this.#broker
    if (broker.closed) return
    const { topic, qos, retain } = will.packet
    // Its client may have lost the right since it connected.
    if (!isAllowed(broker.rights.of(will.publisher)?.mayPublish(topic, qos, retain))) {
      broker.counters.drop('will_not_allowed')
      return
    }
    const message = willMessage(will, Date.now())
    applyEnhancementRules(broker, message, will.publisher)
    const mayBeMissed = qos > 0 && broker.store.mayMiss(topic)
    const onPublished = (error?: Error | null): void => {
      if (error) broker.log.warn({ err: error, clientId: will.publisher.id }, 'a will was not published')
    }
    broker.publishMessage(message, onPublished)
    if (mayBeMissed) broker.placeLater(message, onPublished)
  }
}
