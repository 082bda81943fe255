import type { Redis } from 'ioredis'
import type { Session, SessionHolder } from '../../session/session.js'
import type { Will } from '../../session/will.js'
import type { Journal } from './journal.js'
import { type SessionKeys, sessionMember, willMember } from './keys.js'
import { encodeWill } from './records.js'
import { claimWill, endSession, forgetWill, keepWill, leaveSession, openSession } from './scripts.js'

/** Who has claimed a will has so long to publish it; after a kill somebody else does. */
const willClaimMs = 10_000
const lifeKeys = 7
const willKeys = 2

/**
 * How sessions and wills begin and end in Redis. When an absent client's session and a delayed will are due stands in one schedule; of
 * those who see that something is due only the one does it who claims it by script.
 */
export class Lives {
  readonly #redis: Redis
  readonly #keys: SessionKeys
  readonly #journal: Journal

  constructor(redis: Redis, keys: SessionKeys, journal: Journal) {
    this.#redis = redis
    this.#keys = keys
    this.#journal = journal
  }

  /** `clean`: whatever is there is forgotten. */
  async open(
    clientId: string,
    owner: string,
    expiryS: number,
    clean: boolean
  ): Promise<{ goesOn: boolean; holder: SessionHolder }> {
    const [present, epoch] = (await this.#redis.eval(
      openSession,
      lifeKeys,
      ...this.#keys.ofLife(clientId),
      owner,
      clientId,
      sessionMember(clientId),
      expiryS,
      clean ? '1' : '0'
    )) as [number, number]
    return { goesOn: present === 1, holder: { owner, epoch: `${epoch}` } }
  }

  /** With the batch that is being collected. */
  leave({ clientId, stored, expiryS, expiresAtMs }: Session): void {
    // Infinity is written `inf`, which Redis reads.
    const dueAtMs = `${expiresAtMs}`.replace('Infinity', 'inf')
    this.#write(clientId, leaveSession, stored!, [sessionMember(clientId), expiryS, dueAtMs])
  }

  /** With the batch that is being collected. */
  end({ clientId, stored }: Session): void {
    this.#write(clientId, endSession, stored!, [clientId, sessionMember(clientId), ''])
  }

  /** Ends a session whose time is over; false when that is somebody else's to do, or not true any more. */
  async claimEnd({ clientId, stored }: Session, nowMs: number): Promise<boolean> {
    const { owner, epoch } = stored!
    const result = await this.#redis.eval(
      endSession,
      lifeKeys,
      ...this.#keys.ofLife(clientId),
      owner,
      epoch,
      clientId,
      sessionMember(clientId),
      nowMs
    )
    return result === 1
  }

  keepWill(clientId: string, will: Will, dueAtMs: number | null): void {
    this.#writeWill(clientId, keepWill, [encodeWill(will), dueAtMs ?? ''])
  }

  forgetWill(clientId: string): void {
    this.#writeWill(clientId, forgetWill, [])
  }

  async claimWill(clientId: string, dueAtMs: number, nowMs: number): Promise<boolean> {
    const result = await this.#redis.eval(
      claimWill,
      willKeys,
      this.#keys.wills,
      this.#keys.schedule,
      clientId,
      willMember(clientId),
      dueAtMs,
      nowMs + willClaimMs
    )
    return result === 1
  }

  #write(clientId: string, script: string, { owner, epoch }: SessionHolder, args: (string | number)[]): void {
    const keys = this.#keys.ofLife(clientId)
    this.#journal.command(`session ${clientId}`, 'EVAL', script, lifeKeys, ...keys, owner, epoch, ...args)
  }

  #writeWill(clientId: string, script: string, args: (string | number)[]): void {
    const { wills, schedule } = this.#keys
    const target = `will ${clientId}`
    const member = willMember(clientId)
    this.#journal.command(target, 'EVAL', script, willKeys, wills, schedule, clientId, member, ...args)
  }
}
