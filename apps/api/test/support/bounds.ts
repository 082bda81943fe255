import type { TSchema } from 'typebox'

/** One value for one field of a body, and whether the schema lets it in. */
export interface BoundCase {
  path: string
  value: unknown
  accepted: boolean
}

interface Bounded {
  type?: string
  minimum?: number
  maximum?: number
  maxLength?: number
  properties?: Record<string, TSchema>
  anyOf?: TSchema[]
}

/** The edges of every integer below this object schema: the bounds themselves, and one beyond each. */
export function integerBounds(schema: TSchema, path = ''): BoundCase[] {
  const { properties = {} } = schema as Bounded
  return Object.entries(properties).flatMap(([name, field]) => {
    const at = `${path}/${name}`
    const plain = ((field as Bounded).anyOf?.[0] ?? field) as Bounded
    if (plain.type === 'object') return integerBounds(plain as TSchema, at)
    if (plain.type !== 'integer') return []
    const { minimum = 0, maximum = 0 } = plain
    return [
      { path: at, value: minimum, accepted: true },
      { path: at, value: maximum, accepted: true },
      { path: at, value: minimum - 1, accepted: false },
      { path: at, value: maximum + 1, accepted: false },
      { path: at, value: '1', accepted: false },
      { path: at, value: 1.5, accepted: false }
    ]
  })
}

/** `{ limits: { maxInflight: 1 } }` for `/limits/maxInflight`. */
export function bodyOf(path: string, value: unknown): Record<string, unknown> {
  const names = path.slice(1).split('/')
  return names.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>
}
