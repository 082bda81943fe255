import type {
  EnhancementRule,
  EnhancementRuleCreate,
  Instance,
  InstanceCreate,
  Problem
} from '@parley/contracts'
import { expect } from 'vitest'

export interface Answer<T> {
  status: number
  headers: Headers
  body: T
}

/** The REST API with one API key. */
export class Rest {
  readonly #apiUrl: string
  /** For a command that a person would run in a shell. */
  readonly apiKey: string

  constructor(apiUrl: string, apiKey: string) {
    this.#apiUrl = apiUrl
    this.apiKey = apiKey
  }

  /** Any request; a text goes out as it is. */
  async send<T = Problem>(method: string, path: string, body?: object | string): Promise<Answer<T>> {
    const response = await fetch(`${this.#apiUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' })
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) })
    })
    const text = await response.text()
    const { status, headers } = response
    return { status, headers, body: (text === '' ? undefined : JSON.parse(text)) as T }
  }

  /** An answer that goes on, as a stream. */
  async open(path: string, signal: AbortSignal): Promise<Response> {
    const headers = { authorization: `Bearer ${this.apiKey}` }
    const response = await fetch(`${this.#apiUrl}${path}`, { headers, signal })
    expect(response.status, `GET ${path}`).toBe(200)
    return response
  }

  /** A new instance, which lets anonymous clients in unless told otherwise. */
  async createInstance(fields: InstanceCreate): Promise<Instance> {
    return this.#expect(201, 'POST', '/instances', { authentication: { anonymous: true }, ...fields })
  }

  async instance(id: string): Promise<Instance> {
    return this.#expect(200, 'GET', `/instances/${id}`)
  }

  async createRule(instanceId: string, rule: EnhancementRuleCreate): Promise<EnhancementRule> {
    return this.#expect(201, 'POST', `/instances/${instanceId}/enhancement-rules`, rule)
  }

  async patchRule(
    { instanceId, ruleId }: { instanceId: string; ruleId: string },
    patch: object
  ): Promise<EnhancementRule> {
    return this.#expect(200, 'PATCH', `/instances/${instanceId}/enhancement-rules/${ruleId}`, patch)
  }

  async #expect<T>(status: number, method: string, path: string, body?: object): Promise<T> {
    const answer = await this.send<T>(method, path, body)
    expect(answer, `${method} ${path}`).toMatchObject({ status })
    return answer.body
  }
}
