import type { Qos } from '@parley/mqtt-wire'
import { effectiveQos } from '../session/delivery.js'
import type { Session } from '../session/session.js'
import { type MatchEntry, newEntry, type Subscription } from './match.js'

/**
 * One shared subscription, `$share/{group}/{topicFilter}`: all its members, each of which asked for its own QoS. A message
 * goes to one of them, in turn, as long as they take it.
 */
export class SharedGroup {
  /** `$share/{group}/{topicFilter}`, as every member wrote it. */
  readonly name: string
  /** Without `$share/{group}/`. */
  readonly topicFilter: string
  readonly #members: MatchEntry[] = []
  /** Whose turn it is. */
  #next = 0

  constructor(name: string, topicFilter: string) {
    this.name = name
    this.topicFilter = topicFilter
  }

  get empty(): boolean {
    return this.#members.length === 0
  }

  has(session: Session): boolean {
    return this.#indexOf(session) >= 0
  }

  /** All members come from a store: nobody of them could have been given a message before they were known. */
  get allStored(): boolean {
    return this.#members.every(({ session }) => session.stored !== null)
  }

  /** Adds a member, or replaces what it asked for. */
  put(session: Session, subscription: Subscription): void {
    const entry = newEntry(session, [subscription], this)
    const at = this.#indexOf(session)
    if (at >= 0) this.#members[at] = entry
    else this.#members.push(entry)
  }

  remove(session: Session): boolean {
    const at = this.#indexOf(session)
    if (at < 0) return false
    this.#members.splice(at, 1)
    if (at < this.#next) this.#next--
    return true
  }

  /**
   * The member whose turn it is. One that takes the message at once comes before one that is connected but has no room, that
   * one before one that is away and keeps it. Undefined: nobody would ever get it.
   */
  choose(published: Qos): MatchEntry | undefined {
    const count = this.#members.length
    let chosen = -1
    let chosenRank = 0
    for (let tried = 0; tried < count && chosenRank < atOnce; tried++) {
      const at = (this.#next + tried) % count
      const rank = rankOf(this.#members[at]!, published)
      if (rank > chosenRank) {
        chosen = at
        chosenRank = rank
      }
    }
    if (chosen < 0) return undefined
    this.#next = (chosen + 1) % count
    return this.#members[chosen]
  }

  #indexOf(session: Session): number {
    return this.#members.findIndex((member) => member.session === session)
  }
}

const never = 0
const whenBack = 1
const whenThereIsRoom = 2
const atOnce = 3

function rankOf({ session, qos }: MatchEntry, published: Qos): number {
  const { connection } = session
  const kept = effectiveQos(published, qos) > 0
  if (connection === null || connection.state !== 'connected') {
    return kept && session.persistent ? whenBack : never
  }
  if (kept) return connection.hasWindow() ? atOnce : whenThereIsRoom
  return connection.outbox.hasRoom() ? atOnce : never
}
