import type { FastifyReply, FastifyRequest } from 'fastify'
import { ProblemError } from '../problem-error.js'
import type { Services } from '../services.js'
import { accessOf, requireAccess } from './access.js'
import { useSession } from './account-sessions.js'
import { findKey } from './api-keys.js'
import { isUnsafe, requireCsrfToken, requireOwnOrigin } from './csrf.js'
import type { Principal } from './principal.js'
import { readSessionCookie, sendSessionCookie } from './session-cookie.js'

/**
 * Finds who asks and whether the operation lets them in, before a body is read. Throws `unauthenticated`, the same for each way
 * in which a key or a session can be wrong, `csrf_rejected` or `forbidden`.
 */
export async function authenticate(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<void> {
  const access = accessOf(request)
  if (access === 'anyone') return requireOwnOrigin(request)
  const principal = await findPrincipal(services, request, reply)
  if (!principal) {
    throw new ProblemError(
      'unauthenticated',
      'Send a valid API key (`Authorization: Bearer pk_...`), or sign in.'
    )
  }
  if (access) requireAccess(access, principal)
  request.principal = principal
}

/** A request that names a key is asked for nothing else: a cookie beside it counts for nothing. */
async function findPrincipal(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<Principal | undefined> {
  const { authorization } = request.headers
  if (authorization !== undefined) return findKey(services, authorization, request.log)
  const cookie = readSessionCookie(request)
  return cookie === undefined ? undefined : findPerson(services, cookie, request, reply)
}

async function findPerson(
  { db, auth }: Services,
  cookie: string,
  request: FastifyRequest,
  reply: FastifyReply
): Promise<Principal | undefined> {
  const found = await useSession(db, auth.now(), cookie, !isEventStream(request))
  if (!found) return undefined
  if (found.cookie) sendSessionCookie(request, reply, found.cookie)
  if (isUnsafe(request)) {
    requireOwnOrigin(request)
    requireCsrfToken(request, found.principal.person.csrfToken)
  }
  return found.principal
}

/** Its answer is written past Fastify, without the headers that were set here: a new cookie would be lost. */
function isEventStream({ headers }: FastifyRequest): boolean {
  return headers.accept === 'text/event-stream'
}
