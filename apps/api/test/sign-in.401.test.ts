import { verify } from '@node-rs/argon2'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { newAccount, setCookieOf, signIn } from './support/person.js'
import { startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant
/** The hashes that a password was compared with. */
let compared: string[]

beforeAll(async () => {
  api = await startTestApi({
    auth: {
      verify: (hash, password) => {
        compared.push(hash)
        return verify(hash, password)
      }
    }
  })
  tenant = await api.newTenant()
})
beforeEach(() => {
  compared = []
})
afterAll(cleanUpFile)

const costOf = (hash: string): string => hash.split('$').slice(0, 4).join('$')

describe('a wrong sign-in', () => {
  it('is answered the same for an unknown email and for a wrong password, after the same work', async () => {
    const account = await newAccount(api, tenant)
    const wrong = await signIn(api, { ...account, password: 'not the password' })
    const unknown = await signIn(api, { email: 'nobody@example.com', password: 'not the password' })
    expectProblem(wrong, 'wrong_credentials')
    expect(unknown.body).toEqual(wrong.body)
    const names = ({ headers }: typeof wrong): string[] => Object.keys(headers).sort()
    expect(names(unknown)).toEqual(names(wrong))
    expect(compared).toHaveLength(2)
    expect(costOf(compared[0]!)).toBe('$argon2id$v=19$m=19456,t=2,p=1')
    expect(costOf(compared[1]!)).toBe(costOf(compared[0]!))
  })

  it('opens nothing, and is recorded for the tenant of the account', async () => {
    const account = await newAccount(api, tenant)
    const answer = await signIn(api, { ...account, password: 'x' })
    expect(setCookieOf(answer)).toBe('')
    expect(await api.db.accountSession.count({ where: { accountId: account.accountId } })).toBe(0)
    await api.auth.afterwards.settled()
    const events = await api.db.auditEvent.findMany({ where: { actor: `account:${account.email}` } })
    expect(events).toMatchObject([
      { tenantId: tenant.tenantId, action: 'account.sign-in-failed', details: { address: '127.0.0.1' } }
    ])
  })

  it.each([
    ['U+0000', '\0@example.com'],
    ['half a surrogate pair', '\ud800@example.com'],
    ['wildcards', '%@%'],
    ['SQL', "' OR 1=1 --"],
    ['__proto__', '__proto__']
  ])('with an email of %s is nobody', async (_what, email) => {
    await newAccount(api, tenant)
    expectProblem(await signIn(api, { email, password: 'x' }), 'wrong_credentials')
  })

  it('with a password of what nobody can type is wrong, not an error', async () => {
    const account = await newAccount(api, tenant)
    expectProblem(await signIn(api, { ...account, password: '\0\ud800' }), 'wrong_credentials')
  })

  it('over the bounds is refused before anything is compared', async () => {
    const account = await newAccount(api, tenant)
    const long = await signIn(api, { ...account, password: 'x'.repeat(129) })
    expect(expectProblem(long, 'invalid')).toEqual(['/password'])
    const email = await signIn(api, { ...account, email: `${'x'.repeat(250)}@a.bc` })
    expect(expectProblem(email, 'invalid')).toEqual(['/email'])
    expect(compared).toEqual([])
  })
})
