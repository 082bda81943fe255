import type { AccountSession, PasswordChange, SignIn } from '@parley/contracts'
import { queryOptions } from '@tanstack/react-query'
import { queryClient } from '../../app/query-client'
import { ApiProblem, request, setCsrfToken } from '../../lib/api-client'
import { forgetAllStored } from '../../lib/session-store'

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: readSession,
  staleTime: Number.POSITIVE_INFINITY
})

/** Kept by the browser while somebody is signed in: without it nobody is, and the API need not be asked to say so. */
const hintName = 'parley-signed-in'

async function readSession({ signal }: { signal: AbortSignal }): Promise<AccountSession | null> {
  if (localStorage.getItem(hintName) === null) return null
  try {
    return remember(await request<AccountSession>('GET', '/session', { signal }))
  } catch (error) {
    if (!(error instanceof ApiProblem && error.status === 401)) throw error
    localStorage.removeItem(hintName)
    return null
  }
}

/** Throws ApiProblem: `wrong_credentials`, `rate_limited`. */
export async function signIn(body: SignIn): Promise<void> {
  begin(await request<AccountSession>('POST', '/session', { body }))
}

/** All other sessions of the account end. Throws ApiProblem. */
export async function changePassword(body: PasswordChange): Promise<void> {
  queryClient.setQueryData(
    sessionQuery.queryKey,
    remember(await request<AccountSession>('PUT', '/session/password', { body }))
  )
}

/** Ends the session, and forgets everything that it showed. */
export async function signOut(): Promise<void> {
  await request('DELETE', '/session')
  localStorage.removeItem(hintName)
  forgetAllStored()
  queryClient.clear()
  queryClient.setQueryData(sessionQuery.queryKey, null)
}

/** Nothing of whoever was signed in before stays. */
function begin(session: AccountSession): void {
  queryClient.clear()
  queryClient.setQueryData(sessionQuery.queryKey, remember(session))
}

function remember(session: AccountSession): AccountSession {
  setCsrfToken(session.csrfToken)
  localStorage.setItem(hintName, '')
  return session
}
