import { type ApiKeyScope, apiKeyScopes } from '@parley/contracts'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ProblemError } from '../problem-error.js'
import type { Principal } from './principal.js'

/**
 * Whom an operation lets in, in its route's `config.access`: keys with this scope, and every person who is signed in; only a
 * person; or anyone, without being known.
 */
export type Access = ApiKeyScope | 'person' | 'anyone'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
}

/** Refuses to start with an operation that does not say whom it lets in. */
export function requireDeclaredAccess(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    if (config?.access === undefined) throw new Error(`${method} ${url} does not say whom it lets in`)
  })
}

/** Whom the operation of this request lets in; `undefined` where nothing answers. */
export function accessOf(request: FastifyRequest): Access | undefined {
  return request.routeOptions.config.access
}

/** Throws `forbidden` for a key that the operation does not let in. */
export function requireAccess(access: Access, { person, scopes }: Principal): void {
  if (access === 'anyone' || person) return
  if (access === 'person') {
    throw new ProblemError('forbidden', 'Only a person who is signed in may do this, not an API key.')
  }
  if (!includesScope(scopes, access)) {
    throw new ProblemError('forbidden', `The API key lacks the scope ${access}.`)
  }
}

/** `write` includes `read`. */
function includesScope(scopes: ReadonlySet<ApiKeyScope>, scope: ApiKeyScope): boolean {
  const wider = apiKeyScopes.find((known) => known === scope.replace(':read', ':write'))
  return scopes.has(scope) || (wider !== undefined && scopes.has(wider))
}
