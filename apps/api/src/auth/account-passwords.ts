import { hash, verify } from '@node-rs/argon2'
import { ProblemError } from '../problem-error.js'
import { argon2id, checkPasswordCharacters } from '../users/password.js'
import { Turns } from './password-turns.js'

/** One takes some 20 ms of a core and 19 MiB: more at once would only keep the rest of the API waiting. */
const atOnceMax = 2
/** Beyond some seconds of work, waiting helps nobody. */
const waitingMax = 100
/** When another try makes sense. */
const busyRetryS = 2
/** Of a text that nobody knows: made in the moment, with the cost of every other. */
const nobodysPassword = 'nobody has this password'

export interface AccountPasswordsOptions {
  /** argon2's own unless a test counts. */
  verify?: (hash: string, password: string) => Promise<boolean>
}

/** Checks and hashes the passwords of people; not more than a few at once. */
export class AccountPasswords {
  readonly #turns = new Turns(atOnceMax, waitingMax)
  readonly #verify: (hash: string, password: string) => Promise<boolean>
  #nobodysHash: Promise<string> | undefined

  constructor(options: AccountPasswordsOptions = {}) {
    this.#verify = options.verify ?? verify
  }

  /**
   * Whether the password is the one behind this hash. Nobody's (`undefined`) costs the same time and is never right, so that the
   * time does not tell which emails there are. Throws `unavailable` when too many wait.
   */
  async isRight(password: string, storedHash: string | undefined): Promise<boolean> {
    const right = await this.#takeTurn(async () =>
      this.#verify(storedHash ?? (await this.#hashOfNobody()), password)
    )
    return right && storedHash !== undefined
  }

  /** argon2id, encoded. Throws `invalid` for what cannot be typed, `unavailable` when too many wait. */
  async hash(password: string, path: string): Promise<string> {
    checkPasswordCharacters(password, path)
    return this.#takeTurn(() => hash(password, argon2id))
  }

  /** Makes the hash that unknown emails are checked against: before the first of them comes. */
  async prepare(): Promise<void> {
    await this.#hashOfNobody()
  }

  #hashOfNobody(): Promise<string> {
    this.#nobodysHash ??= hash(nobodysPassword, argon2id)
    return this.#nobodysHash
  }

  async #takeTurn<T extends string | boolean>(work: () => Promise<T>): Promise<T> {
    const result = await this.#turns.run(work)
    if (result !== undefined) return result
    throw new ProblemError(
      'unavailable',
      'Too many people sign in at this moment; try again.',
      undefined,
      busyRetryS
    )
  }
}
