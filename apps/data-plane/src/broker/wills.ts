import { isAllowed } from '../auth/access.js'
import { applyEnhancementRules } from '../rules/enhance.js'
import type { Session } from '../session/session.js'
import { type Will, willDelayS, willMessage } from '../session/will.js'
import type { KeptWill } from '../store/session-store.js'
import type { InstanceBroker } from './instance-broker.js'

const msPerSecond = 1000
/** The longest time that a timer of Node takes, 24 days: a longer delay takes several. */
const timeoutMaxMs = 2_147_483_647
/** While Redis is away. */
const claimAgainMs = 1_000

/** A will whose client is gone and whose delay runs. */
interface DelayedWill {
  readonly clientId: string
  readonly will: Will
  readonly dueAtMs: number
  timer: NodeJS.Timeout | undefined
}

/** The wills of one instance whose clients are gone: published at once, or after their delay [MQTT-3.1.3-9]. */
export class Wills {
  readonly #broker: InstanceBroker
  /** By client id. */
  readonly #delayed = new Map<string, DelayedWill>()

  constructor(broker: InstanceBroker) {
    this.#broker = broker
  }

  get waiting(): number {
    return this.#delayed.size
  }

  /** A connection ended that leaves its will. */
  leave(will: Will, session: Session): void {
    const delayS = Math.min(willDelayS(will), session.expiryS)
    if (delayS === 0) {
      this.#broker.store.forgetWill(session.clientId)
      this.#publish(will)
      return
    }
    this.#keep(session.clientId, will, Date.now() + delayS * msPerSecond)
  }

  /**
   * A will that an earlier process left: of a client that was connected then, or that waits for its delay. `expiryS`: of its
   * session, 0 when there is none any more: no delay is longer.
   */
  takeUp({ clientId, will, dueAtMs }: KeptWill, expiryS: number): void {
    const client = this.#broker.clients[clientId]
    if (client) {
      // It came while nobody knew of this will.
      if (!client.willKept) this.#broker.store.forgetWill(clientId)
      return
    }
    const delayMs = Math.min(willDelayS(will), expiryS) * msPerSecond
    if (dueAtMs === null) this.#keep(clientId, will, Date.now() + delayMs)
    else this.#delay(clientId, will, dueAtMs)
  }

  /** The session goes on: its client is back before the delay was over. */
  drop(clientId: string): Will | undefined {
    const delayed = this.#delayed.get(clientId)
    if (!delayed) return undefined
    this.#forget(delayed)
    this.#broker.store.forgetWill(clientId)
    return delayed.will
  }

  /** The session is over, so that the delay is too. Who ended it has no need to claim its will. */
  onSessionEnded(clientId: string): void {
    const delayed = this.#delayed.get(clientId)
    if (delayed) this.#publishDelayed(delayed)
  }

  #keep(clientId: string, will: Will, dueAtMs: number): void {
    this.#broker.store.keepWill(clientId, will, dueAtMs)
    this.#delay(clientId, will, dueAtMs)
  }

  #delay(clientId: string, will: Will, dueAtMs: number): void {
    const delayed: DelayedWill = { clientId, will, dueAtMs, timer: undefined }
    this.#delayed.set(clientId, delayed)
    this.#claimIn(delayed, dueAtMs - Date.now())
  }

  #claimIn(delayed: DelayedWill, delayMs: number): void {
    const timer = setTimeout(() => this.#onTime(delayed), Math.max(0, Math.min(delayMs, timeoutMaxMs)))
    timer.unref()
    delayed.timer = timer
  }

  #onTime(delayed: DelayedWill): void {
    const leftMs = delayed.dueAtMs - Date.now()
    if (leftMs > 0) this.#claimIn(delayed, leftMs)
    else this.#claim(delayed)
  }

  /** Several nodes may know of it: one publishes it, and all forget it. */
  #claim(delayed: DelayedWill): void {
    const { clientId, dueAtMs } = delayed
    const { store, log } = this.#broker
    clearTimeout(delayed.timer)
    store
      .claimWill(clientId, dueAtMs)
      .then(
        (claimed) => {
          // Its client may be back by now.
          if (this.#delayed.get(clientId) !== delayed) return
          if (claimed) this.#publishDelayed(delayed)
          else this.#forget(delayed)
        },
        (error: unknown) => {
          log.debug({ clientId, err: error }, 'a will cannot be claimed yet')
          if (this.#delayed.get(clientId) === delayed) this.#claimIn(delayed, claimAgainMs)
        }
      )
      // Nobody else would hear of it.
      .catch((error: unknown) => log.error({ clientId, err: error }, 'a delayed will failed'))
  }

  #publishDelayed(delayed: DelayedWill): void {
    this.#forget(delayed)
    this.#broker.store.forgetWill(delayed.clientId)
    this.#publish(delayed.will)
  }

  #forget(delayed: DelayedWill): void {
    clearTimeout(delayed.timer)
    this.#delayed.delete(delayed.clientId)
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
    if (message.responseTopic !== undefined) broker.counters.requests++
    const mayBeMissed = qos > 0 && broker.store.mayMiss(topic)
    const onPublished = (error?: Error | null): void => {
      if (error) broker.log.warn({ err: error, clientId: will.publisher.id }, 'a will was not published')
    }
    broker.publishMessage(message, onPublished)
    if (mayBeMissed) broker.placeLater(message, onPublished)
  }
}
