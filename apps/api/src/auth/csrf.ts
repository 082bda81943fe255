import { createHash, timingSafeEqual } from 'node:crypto'
import { csrfHeader } from '@parley/contracts'
import type { FastifyRequest } from 'fastify'
import { ProblemError } from '../problem-error.js'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether the method may change something. */
export function isUnsafe({ method }: Pick<FastifyRequest, 'method'>): boolean {
  return !safeMethods.has(method)
}

/** A browser says where a request comes from: it must be from here. Throws `csrf_rejected`. */
export function requireOwnOrigin({ headers: { origin, host } }: FastifyRequest): void {
  if (origin === undefined || isOwn(origin, host)) return
  throw new ProblemError('csrf_rejected', 'The request comes from another origin than this service.')
}

/** A foreign page can make a browser send the cookie, but cannot know this token. Throws `csrf_rejected`. */
export function requireCsrfToken({ headers }: FastifyRequest, csrfToken: string): void {
  const sent = headers[csrfHeader]
  if (typeof sent === 'string' && isSame(sent, csrfToken)) return
  throw new ProblemError(
    'csrf_rejected',
    `Send the csrfToken of the session in the header ${csrfHeader}; GET /session answers it.`
  )
}

/** Compared as URLs, so that a port that goes without saying may be said or not. The scheme is a proxy's affair. */
function isOwn(origin: string, host: string | undefined): boolean {
  if (!/^https?:/.test(origin) || !URL.canParse(origin)) return false
  const from = new URL(origin)
  const own = `${from.protocol}//${host}`
  return URL.canParse(own) && new URL(own).host === from.host
}

/** Takes the same time whichever character differs; the hashes are of one length. */
function isSame(a: string, b: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(a), hash(b))
}
