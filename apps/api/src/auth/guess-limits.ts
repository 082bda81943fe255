import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  RLWrapperTimeouts
} from 'rate-limiter-flexible'
import { ProblemError } from '../problem-error.js'
import { limitedAddress } from './address.js'

/** Wrong passwords are counted over this time. */
const windowS = 15 * 60
/** For one account from one address. */
export const guessesOfPairMax = 5
/** From one address, whatever the account. */
export const guessesOfAddressMax = 30
/**
 * For one account from all addresses. Beyond it, each address has one guess in the window instead of five: who guesses from
 * many addresses is slowed down, but nobody can lock the owner out, whose own address has not been used up.
 */
export const guessesOfAccountMax = 50
/** Each block of the same pair within a day is twice as long as the one before. */
const firstBlockS = windowS
const blockMaxS = 4 * 60 * 60
const blocksRememberedS = 24 * 60 * 60
/** A Redis that does not answer by then is treated as one that is away. */
const countTimeoutMs = 500

/** One attempt to guess, or to know, a password: ends in exactly one of these ways. */
export interface Guess {
  wrong(): Promise<void>
  right(): Promise<void>
  /** It was never checked. */
  unchecked(): Promise<void>
}

/**
 * Counts wrong passwords in Redis, for all replicas of the API together; while Redis is away each replica counts for itself.
 * A guess is counted before it is checked, so that many at once are not more than one after the other.
 */
export class GuessLimits {
  readonly #pairs: RateLimiterAbstract
  readonly #blocks: RateLimiterAbstract
  readonly #accounts: RateLimiterAbstract
  readonly #addresses: RateLimiterAbstract

  constructor(redis: Redis) {
    this.#pairs = limiter(redis, 'pair', guessesOfPairMax, windowS)
    this.#blocks = limiter(redis, 'blocks', Number.MAX_SAFE_INTEGER, blocksRememberedS)
    this.#accounts = limiter(redis, 'account', guessesOfAccountMax, windowS)
    this.#addresses = limiter(redis, 'address', guessesOfAddressMax, windowS)
  }

  /** Throws `rate_limited`, the same for accounts that exist and for those that do not. */
  async begin(email: string, ip: string): Promise<Guess> {
    const address = limitedAddress(ip)
    const account = hashed(email)
    const pair = hashed(`${email}\0${address}`)
    const [allowed, used] = await Promise.all([this.#allowed(account), spend(this.#pairs, pair)])
    if (used.consumedPoints > allowed) throw tooMany(used)
    const ofAddress = await spend(this.#addresses, address)
    if (ofAddress.consumedPoints > guessesOfAddressMax) {
      await this.#pairs.reward(pair)
      throw tooMany(ofAddress)
    }
    return {
      wrong: () => this.#wrong(account, pair, used.consumedPoints),
      right: () => this.#right(account, pair, address),
      unchecked: async () =>
        void (await Promise.all([this.#pairs.reward(pair), this.#addresses.reward(address)]))
    }
  }

  async #allowed(account: string): Promise<number> {
    const used = await this.#accounts.get(account)
    return (used?.consumedPoints ?? 0) >= guessesOfAccountMax ? 1 : guessesOfPairMax
  }

  async #wrong(account: string, pair: string, used: number): Promise<void> {
    await this.#accounts.penalty(account)
    if (used < guessesOfPairMax) return
    const { consumedPoints: blocks } = await this.#blocks.penalty(pair)
    await this.#pairs.block(pair, Math.min(firstBlockS * 2 ** (blocks - 1), blockMaxS))
  }

  async #right(account: string, pair: string, address: string): Promise<void> {
    await Promise.all([
      this.#pairs.delete(pair),
      this.#blocks.delete(pair),
      this.#accounts.delete(account),
      this.#addresses.reward(address)
    ])
  }
}

function limiter(redis: Redis, what: string, points: number, duration: number): RateLimiterAbstract {
  const options = { keyPrefix: `parley:guesses:${what}`, points, duration }
  return new RLWrapperTimeouts({
    limiter: new RateLimiterRedis({ ...options, storeClient: redis, rejectIfRedisNotReady: true }),
    timeoutMs: countTimeoutMs,
    insuranceLimiter: new RateLimiterMemory(options)
  })
}

/** One point; what is used up by now, also when that is too much. */
async function spend(limit: RateLimiterAbstract, key: string): Promise<RateLimiterRes> {
  try {
    return await limit.consume(key)
  } catch (error) {
    if (error instanceof RateLimiterRes) return error
    throw error
  }
}

function tooMany({ msBeforeNext }: RateLimiterRes): ProblemError {
  const retryAfterS = Math.max(1, Math.ceil(msBeforeNext / 1000))
  const detail = 'Too many wrong passwords for this account or from this address.'
  return new ProblemError('rate_limited', detail, undefined, retryAfterS)
}

/** Keys of one length, which name nobody. */
function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
