import { type Problem, type ProblemCode, problem } from '@parley/contracts'

/** Thrown by an operation to answer with a problem of the catalogue. The text is for the caller: no internals. */
export class ProblemError extends Error {
  readonly code: ProblemCode
  readonly errors: Problem['errors']
  /** For the header `Retry-After`: when another try makes sense. */
  readonly retryAfterS: number | undefined

  constructor(code: ProblemCode, detail: string, errors?: Problem['errors'], retryAfterS?: number) {
    super(detail)
    this.code = code
    this.errors = errors
    this.retryAfterS = retryAfterS
  }

  toProblem(): Problem {
    return problem(this.code, this.message, this.errors)
  }
}

/** One answer for what is not there and what belongs to another tenant: nobody learns that it exists. */
export function notFound(what: string): ProblemError {
  return new ProblemError('not_found', `There is no such ${what}.`)
}
