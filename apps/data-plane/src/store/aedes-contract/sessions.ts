import { Turns } from '../../broker/turns.js'
import type { Session } from '../../session/session.js'
import type { SessionStore } from '../session-store.js'

/** The contract knows no end of a session: the longest that MQTT can say, in seconds. */
const expirySMax = 0xff_ff_ff_ff

/** The sessions of the contract's clients, held from their first use. None of them has a connection here. */
export class ContractSessions {
  readonly #store: SessionStore
  readonly #held = new Map<string, Session>()
  readonly #turns = new Turns()

  constructor(store: SessionStore) {
    this.#store = store
  }

  get all(): Session[] {
    return [...this.#held.values()]
  }

  /** Finds or makes it. */
  open(clientId: string): Promise<Session> {
    return this.#turns.take(clientId, async () => {
      const known = this.#held.get(clientId)
      if (known) return known
      const { session } = await this.#store.open(clientId, false, expirySMax)
      this.#held.set(clientId, session)
      return session
    })
  }

  /** Undefined when there is no such session; asking makes none. */
  find(clientId: string): Promise<Session | undefined> {
    return this.#turns.take(clientId, async () => {
      const known = this.#held.get(clientId)
      if (known) return known
      const { session, present } = await this.#store.open(clientId, false, expirySMax)
      if (present) this.#held.set(clientId, session)
      else this.#forget(session)
      return present ? session : undefined
    })
  }

  /** They stay in the store. */
  leaveAll(): void {
    for (const session of this.#held.values()) this.#store.leave(session, Date.now())
    this.#held.clear()
  }

  #forget(session: Session): void {
    session.expiryS = 0
    this.#store.leave(session, Date.now())
  }
}
