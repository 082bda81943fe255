import type { AccountSession, PasswordChange, SignIn } from '@parley/contracts'
import { queryOptions } from '@tanstack/react-query'
import { queryClient } from '../../app/query-client'
import { request, setCsrfToken } from '../../lib/api-client'
import { forgetAllStored } from '../../lib/session-store'

/** Who is signed in; null: nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: readSession,
  staleTime: Number.POSITIVE_INFINITY
})

/** 204 says that nobody is signed in: no error, so that the first visit of a page is none. */
async function readSession({ signal }: { signal: AbortSignal }): Promise<AccountSession | null> {
  const session = await request<AccountSession | undefined>('GET', '/session', { signal })
  return session ? remember(session) : null
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
  return session
}
