import { Type } from 'typebox'
import { ProblemError } from '../problem-error.js'

const characterMax = 128

/** `?q=` of a list: part of a text, in any case (beyond ASCII: as far as the locale of the database knows cases). */
export const SearchText = Type.Optional(Type.String({ maxLength: characterMax }))

/**
 * A filter for columns that hold this text somewhere: every character stands for itself, also those that Postgres' LIKE reads as
 * wildcards, which Prisma passes on. Throws `invalid` for what no text in Postgres can hold.
 */
export function containing(q: string): { contains: string; mode: 'insensitive' } {
  if (/[\0\p{Surrogate}]/u.test(q)) {
    throw new ProblemError('invalid', 'The search text holds what is not a character.', [
      { path: '/q', message: 'cannot hold U+0000 or half a surrogate pair' }
    ])
  }
  return { contains: q.replaceAll(/[\\%_]/g, '\\$&'), mode: 'insensitive' }
}
