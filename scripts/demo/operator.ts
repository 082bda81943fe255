import type { DevFile, EnhancementRule, EnhancementRuleCreate, Instance, Problem } from '@parley/contracts'
import { waitUntil } from '@parley/embedded'
import { DemoError, step } from './demo-error.js'

const liveTimeoutMs = 5_000

/** The person at the REST API. */
export class Operator {
  readonly #apiKey: string
  readonly #instanceUrl: string

  constructor({ apiUrl, apiKey, demo }: DevFile) {
    this.#apiKey = apiKey
    this.#instanceUrl = `${apiUrl}/instances/${demo.instanceId}`
  }

  createRule(rule: EnhancementRuleCreate): Promise<EnhancementRule> {
    return step('Creating the rule', this.#send<EnhancementRule>('POST', '/enhancement-rules', rule))
  }

  async deleteRule(id: string): Promise<void> {
    await step('Removing the rule', this.#send('DELETE', `/enhancement-rules/${id}`))
  }

  /** Waits until every node runs the current revision; answers that revision and how many nodes there are. */
  async changeIsLive(): Promise<{ revision: number; nodes: number }> {
    let instance: Instance | undefined
    const live = async (): Promise<boolean> => {
      instance = await step('Asking for the rollout', this.#send<Instance>('GET', ''))
      return instance.rollout.nodes > 0 && instance.rollout.applied === instance.rollout.nodes
    }
    if (await waitUntil(live, liveTimeoutMs)) {
      return { revision: instance!.revision, nodes: instance!.rollout.nodes }
    }
    throw new DemoError(`The change did not reach every node within ${liveTimeoutMs / 1_000} s.`)
  }

  async #send<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.#instanceUrl}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        ...(body ? { 'content-type': 'application/json' } : {})
      },
      ...(body ? { body: JSON.stringify(body) } : {})
    })
    const text = await response.text()
    if (response.ok) return (text ? JSON.parse(text) : undefined) as T
    throw new Error(`the API answered ${response.status}, ${(JSON.parse(text) as Problem).detail}`)
  }
}
