import type { TSchema } from 'typebox'

/** A value for one place of a body, and the place that a refusal must name. */
export interface SchemaCase {
  /** JSON Pointer of the value. */
  path: string
  value: unknown
  /** JSON Pointer of what is wrong with it, mostly the same. */
  errorPath: string
}

/** The parts of JSON Schema that the contracts use. */
interface JsonSchema {
  type?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  maxItems?: number
  uniqueItems?: boolean
  items?: JsonSchema
  minProperties?: number
  properties?: Record<string, JsonSchema>
  required?: string[]
  anyOf?: JsonSchema[]
  const?: unknown
}

const plain = (schema: TSchema): JsonSchema => JSON.parse(JSON.stringify(schema)) as JsonSchema

/** Every value at a bound: the schema must let it in. */
export function acceptedCases(schema: TSchema): SchemaCase[] {
  return fields(plain(schema), '').flatMap(([path, field]) =>
    edges(field).map((value) => ({ path, value, errorPath: path }))
  )
}

/** Every value beyond a bound, of another type, and every field too many: the schema must refuse it. */
export function refusedCases(schema: TSchema): SchemaCase[] {
  return fields(plain(schema), '').flatMap(([path, field]) => [
    ...beyond(field).map((value) => ({ path, value, errorPath: path })),
    ...(field.properties ? [{ path, value: { nix: 1 }, errorPath: `${path}/nix` }] : [])
  ])
}

/** Every field below an object schema, with its path; the items of a list count as its first. */
function fields({ properties = {} }: JsonSchema, path: string): [string, JsonSchema][] {
  return Object.entries(properties).flatMap(([name, field]): [string, JsonSchema][] => {
    const own: [string, JsonSchema] = [`${path}/${name}`, field]
    const items = field.items?.properties ? fields(field.items, `${path}/${name}/0`) : []
    return [own, ...fields(field, `${path}/${name}`), ...items]
  })
}

function edges(field: JsonSchema): unknown[] {
  const { type, minimum, maximum, minLength = 0, maxLength = minLength, maxItems = 0, items } = field
  if (field.anyOf) return field.anyOf.flatMap(edges)
  if ('const' in field) return [field.const]
  if (type === 'integer') return [minimum, maximum]
  if (type === 'string') return ['x'.repeat(minLength), 'x'.repeat(maxLength)]
  if (type === 'boolean') return [true, false]
  if (type === 'null') return [null]
  if (type === 'array') return [list(items!, maxItems)]
  return []
}

function beyond(field: JsonSchema): unknown[] {
  const { type, minimum = 0, maximum = 0, minLength = 0, maxLength, pattern, maxItems, items } = field
  if (field.anyOf) {
    const other = field.anyOf.some((branch) => branch.type === 'null') ? [] : [null]
    const first = field.anyOf[0]!
    const isConst = (value: unknown) => field.anyOf!.some((branch) => branch.const === value)
    return 'const' in first
      ? ['nix', 1, '', ...other].filter((value) => !isConst(value))
      : [...beyond(first).filter((v) => v !== null), ...other]
  }
  if (type === 'integer') return [minimum - 1, maximum + 1, minimum + 0.5, String(minimum), true, null]
  if (type === 'boolean') return ['true', 0, null]
  if (type === 'string') {
    const tooShort = minLength > 0 ? ['x'.repeat(minLength - 1)] : []
    const tooLong = maxLength ? ['x'.repeat(maxLength + 1)] : []
    return [
      ...tooShort,
      ...tooLong,
      ...(pattern ? ['has space', 'slash/es', 'ümlaut'] : []),
      7,
      null,
      ['abc']
    ]
  }
  if (type === 'array') return ['x', {}, null, ...(maxItems && items ? [list(items, maxItems + 1)] : [])]
  return ['x', [], null, ...(field.minProperties ? [{}] : [])]
}

/** As many valid items as asked for, different as long as there are different ones. */
function list(items: JsonSchema, length: number): unknown[] {
  const { anyOf, properties = {} } = items
  const object = (): object =>
    Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, edges(field).at(0) || 'x']))
  return Array.from({ length }, (_, i) => (anyOf ? anyOf[i % anyOf.length]!.const : object()))
}

/** The body with the value of a case in its place; what is there beside it stays. */
export function withCase(body: object, { path, value }: SchemaCase): object {
  const copy = structuredClone(body)
  const names = path.slice(1).split('/')
  const last = names.pop()!
  let place = copy as Record<string, unknown>
  for (const [depth, name] of names.entries()) {
    place[name] ??= names[depth + 1] === '0' ? [{ key: 'k', value: 'v' }] : {}
    place = place[name] as Record<string, unknown>
  }
  place[last] = value
  return copy
}

/** A case in a few words, for the name of its test. */
export function title({ path, value }: SchemaCase): string {
  const text = JSON.stringify(value)
  return `${path} = ${text.length > 40 ? `${text.slice(0, 20)}... (${text.length} characters)` : text}`
}
