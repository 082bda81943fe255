const pathsMax = 50
const depthMax = 6

export interface Scalar {
  /** As in `payload.a.b`. */
  path: string
  value: string
}

/** The texts, numbers and booleans of a JSON text by their paths, the first 50; none when it is not JSON. */
export function scalarsOf(json: string): Scalar[] {
  const scalars: Scalar[] = []
  collect(parsed(json), [], scalars)
  return scalars
}

function collect(value: unknown, path: string[], scalars: Scalar[]): void {
  if (scalars.length >= pathsMax || path.length > depthMax) return
  if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      // Such a name cannot be written in a path.
      if (key !== '' && !key.includes('.')) collect(inner, [...path, key], scalars)
    }
  } else if (value !== null && value !== undefined && path.length > 0) {
    scalars.push({ path: path.join('.'), value: String(value) })
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // Half-typed JSON has no fields to offer.
    return undefined
  }
}
