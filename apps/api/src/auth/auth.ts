import type { Redis } from 'ioredis'
import { Afterwards } from '../afterwards.js'
import { AccountPasswords, type AccountPasswordsOptions } from './account-passwords.js'
import { GuessLimits } from './guess-limits.js'

/** What finding out who asks works with. */
export interface Auth {
  now: () => Date
  passwords: AccountPasswords
  guesses: GuessLimits
  afterwards: Afterwards
}

export interface AuthOptions extends AccountPasswordsOptions {
  /** The time of day unless a test sets it. */
  now?: () => Date
}

export function createAuth(redis: Redis, { now = () => new Date(), ...options }: AuthOptions = {}): Auth {
  return {
    now,
    passwords: new AccountPasswords(options),
    guesses: new GuessLimits(redis),
    afterwards: new Afterwards()
  }
}
