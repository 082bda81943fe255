import { type TObject, type TSchema, Type } from 'typebox'
import { ProblemError } from '../problem-error.js'

export const pageDefault = 20
export const pageMax = 100
/** Of an integer column. */
const int4Max = 2_147_483_647

/** `?limit&cursor` of every list. */
export const PageQuery = Type.Object(
  {
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: pageMax, default: pageDefault })),
    cursor: Type.Optional(Type.String({ maxLength: 512 }))
  },
  { additionalProperties: false }
)

/** The answer of every list. */
export function Page<T extends TSchema>(item: T): TObject {
  return Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) })
}

/** A query string holds only texts: a number in it becomes one before it is validated. */
export function readLimit(query: unknown): void {
  const fields = query as { limit?: unknown }
  if (typeof fields.limit === 'string' && /^\d{1,6}$/.test(fields.limit)) fields.limit = Number(fields.limit)
}

/** A place in a list: the sort values of the last item seen. */
export function writeCursor(position: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** Throws `invalid` for a text that is no cursor of such a list. `kinds` are the types of its values, in order. */
export function readCursor(
  cursor: string,
  kinds: readonly ('string' | 'number' | 'date')[]
): (string | number)[] {
  const values = parse(cursor)
  const fits = values.length === kinds.length && kinds.every((kind, i) => isOfKind(values[i], kind))
  if (fits) return values as (string | number)[]
  throw new ProblemError('invalid', 'The cursor is not one of this list.', [
    { path: '/cursor', message: 'must be the nextCursor of an earlier answer' }
  ])
}

function parse(cursor: string): unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Array.isArray(value) ? value : []
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

function isOfKind(value: unknown, kind: 'string' | 'number' | 'date'): boolean {
  if (kind === 'number') return Number.isInteger(value) && Math.abs(value as number) <= int4Max
  if (typeof value !== 'string' || value.includes('\0')) return false
  return kind === 'string' || isTime(value)
}

/** As `toISOString` writes it, in a year that Postgres reads the same way. */
function isTime(text: string): boolean {
  if (!/^\d{4}-/.test(text) || text.startsWith('0000') || Number.isNaN(Date.parse(text))) return false
  return new Date(text).toISOString() === text
}

/** Cuts what was read (one more than the page holds) to the page. */
export function toPage<R, T>(
  rows: R[],
  limit: number,
  view: (row: R) => T,
  position: (row: R) => (string | number)[]
): { items: T[]; nextCursor: string | null } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    items: page.map(view),
    nextCursor: rows.length > limit && last ? writeCursor(position(last)) : null
  }
}
