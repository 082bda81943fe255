import { markSeen, readUser, readUsers, readUsersVersion } from '@parley/config-feed'
import type { StoredUser } from '@parley/contracts'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import { FairTurns } from './fair-turns.js'
import { Pace } from './pace.js'
import { isFastHash, isPassword } from './password-hash.js'
import type { VerifiedPasswords } from './verified-passwords.js'

/** Slow hashes that run at once: one core stays for everybody who is connected. */
const verificationsAtOnce = 2
/** Users that are looked up at once: some 2 ms of work when all answers come together. */
const lookupsAtOnce = 16
/** Clients of one instance that may wait for theirs; more are told that the server is busy. */
const waitingPerInstanceMax = 10_000
const seenIntervalMs = 5_000

export interface Verified {
  /** `busy`: too many wait. `unknown`: Redis is away, and nobody here has seen this password. */
  result: 'right' | 'wrong' | 'disabled' | 'busy' | 'unknown'
  /** The stored hash that counts: another one later means that the password was changed. */
  hash?: string
}

export interface CredentialsOptions {
  redis: Redis
  verified: VerifiedPasswords
  log: Logger
}

/** Usernames and passwords of all instances of this node, as the control plane keeps them in Redis. */
export class Credentials {
  readonly #redis: Redis
  readonly #verified: VerifiedPasswords
  readonly #log: Logger
  readonly #lookups = new Pace(lookupsAtOnce)
  readonly #turns = new FairTurns(verificationsAtOnce, waitingPerInstanceMax)
  /** When usernames were last let in, by instance; written down from time to time. */
  #seen = new Map<string, Map<string, number>>()
  readonly #timer: NodeJS.Timeout

  constructor({ redis, verified, log }: CredentialsOptions) {
    this.#redis = redis
    this.#verified = verified
    this.#log = log
    this.#timer = setInterval(() => this.#writeSeen(), seenIntervalMs)
    this.#timer.unref()
  }

  /** Never rejects. `isGone`: nobody waits for the answer any more. */
  async verify(
    instanceId: string,
    username: string,
    password: Buffer,
    isGone: () => boolean
  ): Promise<Verified> {
    let user: StoredUser | null
    try {
      user = await this.#lookups.run(() => readUser(this.#redis, instanceId, username))
      // Not there, or nothing is: an emptied Redis is filled again by the control plane.
      if (!user && !(await readUsersVersion(this.#redis, instanceId))) {
        return this.#fromMemory(instanceId, username, password)
      }
    } catch {
      // Redis is away: what was verified here within a day still counts.
      return this.#fromMemory(instanceId, username, password)
    }
    if (!user) {
      this.#verified.forget(instanceId, username)
      return { result: 'wrong' }
    }
    const right = await this.#isRight(instanceId, username, password, user.hash, isGone)
    if (right !== 'right') return { result: right }
    if (user.status === 'disabled') {
      this.#verified.forget(instanceId, username)
      return { result: 'disabled' }
    }
    this.#noteSeen(instanceId, username)
    return { result: 'right', hash: user.hash }
  }

  /**
   * The stored hashes of those of these users that may go on; who is not in the answer was removed or disabled. Rejects while
   * Redis is away or empty.
   */
  async current(instanceId: string, asked: ReadonlySet<string>): Promise<Map<string, string>> {
    const remembered = this.#verified.usernames(instanceId)
    const usernames = [...new Set([...asked, ...remembered])]
    const current = new Map<string, string>()
    if (usernames.length === 0) return current
    await this.#requireUsers(instanceId)
    const users = await readUsers(this.#redis, instanceId, usernames)
    // Emptied meanwhile, it would say of everybody that they were removed.
    await this.#requireUsers(instanceId)
    for (const [at, username] of usernames.entries()) {
      const user = users[at]
      const known = this.#verified.find(instanceId, username)
      if (user?.status !== 'enabled' || known?.hash !== user.hash) this.#verified.forget(instanceId, username)
      if (user?.status === 'enabled') current.set(username, user.hash)
    }
    return current
  }

  async #requireUsers(instanceId: string): Promise<void> {
    if (!(await readUsersVersion(this.#redis, instanceId))) throw new Error('the users are not in Redis yet')
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#writeSeen()
  }

  #fromMemory(instanceId: string, username: string, password: Buffer): Verified {
    const known = this.#verified.find(instanceId, username)
    if (!known) return { result: 'unknown' }
    return this.#verified.matches(known, password)
      ? { result: 'right', hash: known.hash }
      : { result: 'wrong' }
  }

  async #isRight(
    instanceId: string,
    username: string,
    password: Buffer,
    hash: string,
    isGone: () => boolean
  ): Promise<'right' | 'wrong' | 'busy'> {
    if (this.#wasRight(instanceId, username, password, hash)) return 'right'
    const slow = !isFastHash(hash)
    if (slow && (await this.#turns.take(instanceId, isGone)) !== 'turn') return 'busy'
    try {
      // A client that gave up waiting and came again waits twice: one of the two is enough.
      if (this.#wasRight(instanceId, username, password, hash)) return 'right'
      if (!(await isPassword(password, hash))) return 'wrong'
      this.#verified.remember(instanceId, username, hash, password)
      return 'right'
    } catch (error) {
      this.#log.error({ err: error, instanceId }, 'a stored password hash cannot be read')
      return 'wrong'
    } finally {
      if (slow) this.#turns.leave()
    }
  }

  #wasRight(instanceId: string, username: string, password: Buffer, hash: string): boolean {
    const known = this.#verified.find(instanceId, username)
    return known?.hash === hash && this.#verified.matches(known, password)
  }

  #noteSeen(instanceId: string, username: string): void {
    let seen = this.#seen.get(instanceId)
    if (!seen) {
      seen = new Map()
      this.#seen.set(instanceId, seen)
    }
    seen.set(username, Date.now())
  }

  async #writeSeen(): Promise<void> {
    const seen = this.#seen
    this.#seen = new Map()
    for (const [instanceId, usernames] of seen) {
      try {
        await markSeen(this.#redis, instanceId, usernames)
      } catch (error) {
        // A convenience of the API: the next login says it again.
        this.#log.debug({ err: error, instanceId }, 'last logins were not noted')
      }
    }
  }
}
