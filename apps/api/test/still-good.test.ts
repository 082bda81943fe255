import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { useSession } from '../src/auth/account-sessions.js'
import { findKey } from '../src/auth/api-keys.js'
import type { Principal } from '../src/auth/principal.js'
import { isStillGood } from '../src/auth/still-good.js'
import { newPerson, type Person } from './support/person.js'
import { startTestApi, type Tenant, type TestApi } from './support/test-api.js'

const minuteMs = 60_000
let nowMs = Date.parse('2026-03-01T12:00:00.000Z')
let api: TestApi
let tenant: Tenant
let person: Person

beforeAll(async () => {
  api = await startTestApi({ auth: { now: () => new Date(nowMs) } })
})
beforeEach(async () => {
  tenant = await api.newTenant()
  person = await newPerson(api, tenant)
})
afterAll(cleanUpFile)

const ofPerson = async (): Promise<Principal> =>
  (await useSession(api.db, new Date(nowMs), person.cookie, false))!.principal
const ofKey = async (key: string): Promise<Principal> => (await findKey(api, `Bearer ${key}`, api.app.log))!

describe('who has been let in once', () => {
  it('is still good while the session lasts, and asking does not make it last longer', async () => {
    const principal = await ofPerson()
    for (let i = 0; i < 29; i++) {
      nowMs += minuteMs
      expect(await isStillGood(api, principal)).toBe(true)
    }
    nowMs += minuteMs
    expect(await isStillGood(api, principal)).toBe(false)
  })

  it('is no longer good after a sign-out', async () => {
    const principal = await ofPerson()
    await person.call('DELETE', '/session')
    expect(await isStillGood(api, principal)).toBe(false)
  })

  it('is no longer good as a key that was revoked or has expired', async () => {
    const { apiKey } = await tenant.newKey(['instances:read'], { expiresAt: new Date(nowMs + minuteMs) })
    const [expiring, revoked] = [await ofKey(apiKey), await ofKey(tenant.apiKey)]
    expect([await isStillGood(api, expiring), await isStillGood(api, revoked)]).toEqual([true, true])
    await person.call('DELETE', `/api-keys/${tenant.keyId}`)
    nowMs += minuteMs
    expect([await isStillGood(api, expiring), await isStillGood(api, revoked)]).toEqual([false, false])
  })
})
