import { type Problem, type ProblemCode, problem } from '@parley/contracts'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../problem-error.js'

const problemContentType = 'application/problem+json; charset=utf-8'

/** Fastify's own refusals, by its error codes. */
const codeOfFastifyError: Record<string, ProblemCode> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'not_parseable',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'not_parseable',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'not_parseable',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_STATIC_FORBIDDEN_PATH: 'not_found'
}

/** Postgres or the way to it is away: Prisma's codes and the socket's. */
const awayCodes = new Set([
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
  'P2028',
  'P2037',
  'ECONNREFUSED',
  'ECONNRESET'
])
/** Postgres' own codes: connection exceptions, operator intervention, a database that takes no connections. */
const awayStates = /^(08|57P|55000)/
const awayMessage = /ECONNREFUSED|ECONNRESET|connection terminated|timeout exceeded when trying to connect/i

/** Answers everything that is not a success as application/problem+json with a code of the catalogue. */
export function answerWithProblems(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = toProblem(error)
    if (answer.status >= 500) request.log.error({ err: error }, 'a request failed')
    if (error instanceof ProblemError && error.retryAfterS) reply.header('retry-after', error.retryAfterS)
    return sendProblem(reply, answer)
  })
}

/** For a path that nothing answers, and for one that cannot be read or holds an id of absurd length. */
export function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0]
  return sendProblem(reply, problem('not_found', `Nothing answers ${request.method} ${path}.`))
}

function sendProblem(reply: FastifyReply, answer: Problem): FastifyReply {
  return reply
    .status(answer.status)
    .header('content-type', problemContentType)
    .serializer(JSON.stringify)
    .send(answer)
}

function toProblem(error: FastifyError): Problem {
  if (error instanceof ProblemError) return error.toProblem()
  if (error.validation)
    return problem('invalid', 'The request does not match the schema.', validationErrors(error))
  const known = codeOfFastifyError[error.code]
  if (known) return problem(known, error.message)
  if (isAway(error)) return problem('unavailable', 'The database is not available; try again in a moment.')
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return problem('not_parseable', error.message)
  }
  return problem('internal', 'The request could not be served. It has been logged.')
}

function isAway(error: { code?: string; message: string; cause?: unknown; meta?: unknown }): boolean {
  if (awayCodes.has(error.code ?? '') || awayMessage.test(error.message)) return true
  const { driverAdapterError } = (error.meta ?? {}) as { driverAdapterError?: { cause?: DriverCause } }
  const { originalCode = '', originalMessage = '' } = driverAdapterError?.cause ?? {}
  if (awayStates.test(originalCode) || awayMessage.test(originalMessage)) return true
  return error.cause instanceof Error && isAway(error.cause)
}

/** What Postgres or its driver said, as Prisma passes it on. */
interface DriverCause {
  originalCode?: string
  originalMessage?: string
}

interface SchemaError {
  instancePath: string
  keyword: string
  params: Record<string, unknown>
  message?: string
}

/** Ajv's findings, each with the JSON Pointer of the field that is wrong, missing or too many. */
function validationErrors(error: FastifyError): Problem['errors'] {
  const findings = (error.validation ?? []) as unknown as SchemaError[]
  const errors = findings
    // These repeat what the branches of the union have said.
    .filter(({ keyword }) => keyword !== 'anyOf' || findings.length === 1)
    .map(({ instancePath, params, message }) => {
      const property = params.additionalProperty ?? params.missingProperty
      const path =
        property === undefined ? instancePath : `${instancePath}/${escapePointer(String(property))}`
      const text =
        params.additionalProperty === undefined ? (message ?? 'is not valid') : 'is not a known field'
      return { path, message: text }
    })
  return errors
}

function escapePointer(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1')
}
