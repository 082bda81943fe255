import { csrfHeader, type Problem } from '@parley/contracts'

const apiBase = '/api/v1'

/** Where a path of the API is, for what does not go through `request`: event streams. */
export function apiPath(path: string): string {
  return `${apiBase}${path}`
}

/** What the API refused, with the code of its catalogue. `status` 0: it was not reached. */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly errors: NonNullable<Problem['errors']>
  /** Of a 429: when to try again. */
  readonly retryAfterS: number | undefined

  constructor({ status, code, detail, errors = [] }: Omit<Problem, 'type' | 'title'>, retryAfterS?: number) {
    super(detail)
    this.status = status
    this.code = code
    this.errors = errors
    this.retryAfterS = retryAfterS
  }
}

export interface ApiRequest {
  body?: unknown
  /** The revision that a change builds on: another one in between is answered 412. */
  ifMatch?: number
  signal?: AbortSignal
}

let csrfToken = ''

/** The token of the session that every change carries from now on. */
export function setCsrfToken(token: string): void {
  csrfToken = token
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One request to the API. Resolves to the body, undefined when there is none. Throws ApiProblem, and an AbortError. */
export async function request<T>(
  method: Method,
  path: string,
  { body, ifMatch, signal }: ApiRequest = {}
): Promise<T> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (method !== 'GET') headers[csrfHeader] = csrfToken
  if (ifMatch !== undefined) headers['if-match'] = `"${ifMatch}"`
  const response = await reach(apiPath(path), {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(signal && { signal })
  })
  if (!response.ok) throw await problemOf(response)
  return (response.status === 204 ? undefined : await response.json()) as T
}

/** `GET` for the functions of queries, which bring a signal. */
export function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return request<T>('GET', path, signal ? { signal } : {})
}

/** A query string of what is set; a list becomes a repeated key. With the leading `?`, or empty. */
export function query(values: Record<string, string | number | readonly string[] | undefined>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) search.append(name, String(one))
  }
  const text = search.toString()
  return text && `?${text}`
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init)
  } catch (error) {
    if (init.signal?.aborted) throw error
    throw new ApiProblem({ status: 0, code: 'unreachable', detail: (error as Error).message })
  }
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const retryAfterS = Number(response.headers.get('retry-after')) || undefined
  const text = await response.text()
  const problem = text.startsWith('{') ? (JSON.parse(text) as Problem) : undefined
  return new ApiProblem(
    {
      status: response.status,
      code: problem?.code ?? 'internal',
      detail: problem?.detail ?? response.statusText,
      ...(problem?.errors && { errors: problem.errors })
    },
    retryAfterS
  )
}
