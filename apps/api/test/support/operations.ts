import type { ApiKeyScope } from '@parley/contracts'
import type { TestApi } from './test-api.js'

export interface ApiOperation {
  method: string
  /** With `{instanceId}` and the like, as OpenAPI writes them. */
  path: string
}

interface OpenApiDocument {
  paths: Record<string, Record<string, OpenApiOperation>>
}

export interface OpenApiOperation {
  security: Record<string, string[]>[]
  responses: Record<string, { content?: Record<string, unknown> }>
}

/** Every operation of the OpenAPI document below /api/v1, with its description. */
export async function readOperations(api: TestApi): Promise<(ApiOperation & OpenApiOperation)[]> {
  const { body } = await api.send<OpenApiDocument>({ method: 'GET', url: '/api/docs/json' })
  return Object.entries(body.paths)
    .filter(([path]) => path.startsWith('/api/v1/'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        ...operation
      }))
    )
}

/** The scope that lets a key in; undefined when none does. */
export function scopeOf({ security }: OpenApiOperation): ApiKeyScope | undefined {
  return security.find(({ apiKey }) => apiKey)?.apiKey?.[0] as ApiKeyScope | undefined
}

/** Every operation that the router knows, so that none can hide from the document; HEAD goes with GET. */
export function routedOperations({ app }: TestApi): string[] {
  const stack: string[] = []
  const found: string[] = []
  for (const line of app.printRoutes({ commonPrefix: false }).split('\n')) {
    const match = /^((?:│ {3}| {4})*)[├└]── (\S+) \(([^)]*)\)/.exec(line)
    if (!match) continue
    const depth = match[1]!.length / 4
    stack.splice(depth, Number.POSITIVE_INFINITY, match[2]!)
    const path = stack.join('').replaceAll('//', '/')
    for (const method of match[3]!.split(', ')) if (method !== 'HEAD') found.push(`${method} ${path}`)
  }
  return found.filter((operation) => operation.includes(' /api/v1/'))
}
