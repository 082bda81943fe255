import { randomUUID } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import type { AccountSession } from '@parley/contracts'
import { argon2id } from '../../src/users/password.js'
import type { Answer, Tenant, TestApi } from './test-api.js'

export interface Account {
  accountId: string
  email: string
  password: string
}

/** The browser of a person who has signed in: it keeps the cookie, and sends the CSRF token with what changes something. */
export interface Person extends Account {
  session: AccountSession
  /** The value of the session's cookie, as the last answer has set it. */
  cookie: string
  call<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<T>>
}

export const cookieName = 'parley_session'

/** An account of the tenant, not signed in. */
export async function newAccount(api: TestApi, { tenantId }: Tenant): Promise<Account> {
  const [email, password] = [`${randomUUID()}@example.com`, `password-${randomUUID()}`]
  const passwordHash = await hash(password, argon2id)
  const { id } = await api.db.adminAccount.create({ data: { tenantId, email, passwordHash } })
  return { accountId: id, email, password }
}

/** `POST /session`, as a page of the service itself would send it. */
export function signIn(
  api: TestApi,
  { email, password }: { email: string; password: string },
  request: { headers?: Record<string, string>; remoteAddress?: string } = {}
): Promise<Answer<AccountSession>> {
  const { remoteAddress = '127.0.0.1' } = request
  const headers = { 'content-type': 'application/json', ...request.headers }
  const payload = JSON.stringify({ email, password })
  return api.send({ method: 'POST', url: '/api/v1/session', headers, payload, remoteAddress })
}

/** The value that the answer sets the session's cookie to; undefined when it sets none. */
export function cookieSetBy({ headers }: Answer): string | undefined {
  return new RegExp(`${cookieName}=([^;]*)`).exec(setCookieOf({ headers }))?.[1]
}

export function setCookieOf({ headers }: Pick<Answer, 'headers'>): string {
  return String(headers['set-cookie'] ?? '')
}

/** An account of the tenant that has signed in. */
export async function newPerson(api: TestApi, tenant: Tenant): Promise<Person> {
  return enter(api, await newAccount(api, tenant))
}

/** Signs the account in once more, as from another browser. */
export async function enter(api: TestApi, account: Account): Promise<Person> {
  const answer = await signIn(api, account)
  if (answer.status !== 200) throw new Error(`the sign-in answered ${answer.status}`)
  const person: Person = {
    ...account,
    session: answer.body,
    cookie: cookieSetBy(answer)!,
    async call<T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
      const sent = {
        cookie: `${cookieName}=${person.cookie}`,
        ...(method === 'GET' ? {} : { 'x-csrf-token': person.session.csrfToken }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers
      }
      const payload = body === undefined ? {} : { payload: JSON.stringify(body) }
      const got = await api.send<T>({ method, url: `/api/v1${path}`, headers: sent, ...payload })
      const next = cookieSetBy(got)
      if (next) person.cookie = next
      return got
    }
  }
  return person
}
