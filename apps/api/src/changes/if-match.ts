import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { ProblemError } from '../problem-error.js'

/** `If-Match`: a change is made only to what the caller has seen. Checked by hand, so that a wrong one is 412, not 422. */
export const IfMatchHeaders = Type.Object({ 'if-match': Type.Optional(Type.String()) })

/** RFC 9110 §8.8.3. A weak one is well-formed, and never matches here (§13.1.1). */
const entityTag = /^(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"$/

interface Revised {
  revision: number
}

/** Says in the answer which state of the rule or policy it holds. */
export function setEtag(reply: FastifyReply, { revision }: Revised): void {
  reply.header('etag', `"${revision}"`)
}

/**
 * Throws `changed_meanwhile` when the caller has seen another state than the one that stands. To be called inside the
 * transaction that changes it, under the lock: of two callers that have seen the same state, one is refused.
 */
export function requireMatch(
  { headers }: { headers: { 'if-match'?: string | undefined } },
  { revision }: Revised
): void {
  const header = headers['if-match']?.trim()
  if (header === undefined || header === '*') return
  const tags = header.split(',').map((tag) => tag.trim())
  if (tags.every((tag) => entityTag.test(tag)) && tags.includes(`"${revision}"`)) return
  throw new ProblemError(
    'changed_meanwhile',
    `If-Match does not name the current state, which is "${revision}". Read it again and change that.`
  )
}
