import { type AccessDecision, type ClientAccess, clientAccess } from '@parley/rules'
import type { Instance } from '../fleet/instance.js'

/** Who asks for a right: a connection is one; a message keeps a copy of its publisher. */
export interface Principal {
  readonly id: string
  readonly username: string | null
  /** ip:port */
  readonly clientHost: string
}

/** Principals whose rights are remembered, per instance; when full, all are forgotten. */
const rememberedMax = 10_000

/** What the clients of one instance may do under its present policies; made anew when they change. */
export class AccessRights {
  readonly #instance: Instance
  readonly #known = new Map<string, ClientAccess>()

  constructor(instance: Instance) {
    this.#instance = instance
  }

  /** Undefined when policies are off: everybody may do everything. */
  of({ id, username, clientHost }: Principal): ClientAccess | undefined {
    const { settings, policySet } = this.#instance
    if (!settings.authorization.enabled) return undefined
    const address = addressOf(clientHost)
    const name = `${id}\0${username === null ? '' : `=${username}`}\0${address}`
    const known = this.#known.get(name)
    if (known) return known
    const access = clientAccess(policySet, { clientId: id, username, address })
    if (this.#known.size >= rememberedMax) this.#known.clear()
    this.#known.set(name, access)
    return access
  }
}

export function isAllowed(decision: AccessDecision | undefined): boolean {
  return decision === undefined || decision.effect === 'allow'
}

function addressOf(clientHost: string): string {
  const port = clientHost.lastIndexOf(':')
  const host = port < 0 ? clientHost : clientHost.slice(0, port)
  return host.startsWith('[') ? host.slice(1, -1) : host
}
