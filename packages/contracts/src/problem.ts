import { type Static, Type } from 'typebox'

/** Every code that an `application/problem+json` answer can carry, with its HTTP status and public title. */
export const problemCatalogue = {
  not_parseable: { status: 400, title: 'The request body is not valid JSON' },
  unauthenticated: { status: 401, title: 'No valid API key, and nobody is signed in' },
  wrong_credentials: { status: 401, title: 'The email or the password is wrong' },
  forbidden: { status: 403, title: 'This key may not do that' },
  csrf_rejected: { status: 403, title: 'The request does not come from the admin UI' },
  not_found: { status: 404, title: 'Not found' },
  name_taken: { status: 409, title: 'The name is taken' },
  endpoint_ports_exhausted: { status: 409, title: 'No free endpoint port' },
  rules_limit_reached: { status: 409, title: 'The instance holds as many rules as it may' },
  users_limit_reached: { status: 409, title: 'The instance holds as many users as it may' },
  policies_limit_reached: { status: 409, title: 'The instance holds as many policies as it may' },
  keys_limit_reached: { status: 409, title: 'The tenant holds as many API keys as it may' },
  reply_expired: { status: 409, title: 'The request of this reply has expired' },
  reply_in_progress: { status: 409, title: 'This reply is being tried right now' },
  changed_meanwhile: { status: 412, title: 'It was changed meanwhile' },
  body_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The body must be application/json' },
  invalid: { status: 422, title: 'The request is not valid' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'A part of the service is not available' }
} as const

export type ProblemCode = keyof typeof problemCatalogue

export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() })))
})
export type Problem = Static<typeof Problem>

/** One problem of the catalogue as an answer body. `errors` names the fields, as JSON Pointers. */
export function problem(code: ProblemCode, detail: string, errors?: Problem['errors']): Problem {
  const { status, title } = problemCatalogue[code]
  const body: Problem = { type: `urn:parley:problem:${code}`, title, status, code, detail }
  if (errors) body.errors = errors
  return body
}
