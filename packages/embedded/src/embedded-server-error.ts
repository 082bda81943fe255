/** A server could not be started. `message` is one sentence of what is wrong and one of what to do about it. */
export class EmbeddedServerError extends Error {
  override readonly name = 'EmbeddedServerError'
  /** What to do about it: also the end of `message`. */
  readonly remedy: string

  constructor(problem: string, remedy: string, options?: ErrorOptions) {
    super(`${problem} ${remedy}`, options)
    this.remedy = remedy
  }
}
