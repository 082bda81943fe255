import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiProblem } from '../lib/api-client'

const staleAfterMs = 5_000
const retriesMax = 2

/** Answers of the API, kept while they are fresh. What the API refuses is not asked again; what was not reached is. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: onUnauthenticated }),
  mutationCache: new MutationCache({ onError: onUnauthenticated }),
  defaultOptions: {
    queries: {
      staleTime: staleAfterMs,
      retry: (failures, error) => isPassing(error) && failures < retriesMax
    }
  }
})

/** True when the same request may well succeed a moment later. */
export function isPassing(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 500)
}

/** The session ended meanwhile: the guard of the pages leads to the sign-in. */
function onUnauthenticated(error: unknown): void {
  if (error instanceof ApiProblem && error.code === 'unauthenticated')
    queryClient.setQueryData(['session'], null)
}
