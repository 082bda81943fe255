import { texts } from '../texts'
import { ApiProblem } from './api-client'

export interface ErrorText {
  /** What happened, in the words of the API. */
  detail: string
  /** What to do now. */
  advice: string
}

/** An error as a person reads it: what happened, and what to do. */
export function errorText(error: unknown): ErrorText {
  const { whatToDo, rateLimitedFor, unknown } = texts.errors
  if (!(error instanceof ApiProblem)) return { detail: unknown, advice: '' }
  if (error.retryAfterS) return { detail: error.message, advice: rateLimitedFor(error.retryAfterS) }
  return { detail: error.message, advice: whatToDo[error.code] ?? '' }
}
