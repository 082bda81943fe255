import { verify } from '@node-rs/argon2'
import { cleanUp, cleanUpFile, eventually } from '@parley/testkit'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  GuessLimits,
  guessesOfAccountMax,
  guessesOfAddressMax,
  guessesOfPairMax
} from '../src/auth/guess-limits.js'
import { expectProblem } from './support/expect-problem.js'
import { type Account, newAccount, newPerson, signIn } from './support/person.js'
import { type Answer, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

const quarterS = 15 * 60
/** Longer than two sign-ins may take, which ask Redis up to eight times. */
const hangMs = 8_000

let api: TestApi
let tenant: Tenant
let compared = 0
let address = 0

beforeAll(async () => {
  api = await startTestApi({
    auth: {
      verify: (hash, password) => {
        compared++
        return verify(hash, password)
      }
    }
  })
  await eventually(() => expect(api.redisClient.status).toBe('ready'))
  tenant = await api.newTenant()
})
beforeEach(() => {
  compared = 0
})
afterAll(cleanUpFile)

/** An address that no other test guesses from. */
const newAddress = (): string => `10.0.${Math.floor(++address / 250)}.${(address % 250) + 1}`
const guess = (email: string, remoteAddress: string, headers: Record<string, string> = {}) =>
  signIn(api, { email, password: 'wrong password' }, { remoteAddress, headers })

async function guessUntilBlocked(email: string, from: string): Promise<void> {
  for (let i = 0; i < guessesOfPairMax; i++) {
    expectProblem(await guess(email, from), 'wrong_credentials')
  }
}

function expectBlocked(answer: Answer, seconds: number): void {
  expectProblem(answer, 'rate_limited')
  const retryAfter = Number(answer.headers['retry-after'])
  expect(retryAfter).toBeGreaterThan(seconds - 30)
  expect(retryAfter).toBeLessThanOrEqual(seconds)
}

/** The time of every block and count of the kind runs out. */
async function runOut(kind: string): Promise<void> {
  const keys = await api.redisClient.keys(`parley:guesses:${kind}:*`)
  if (keys.length > 0) await api.redisClient.del(...keys)
}

describe('an account and an address together', () => {
  it('have five guesses in 15 minutes: the next is refused unseen, even if it were right', async () => {
    const [account, from] = [await newAccount(api, tenant), newAddress()]
    await guessUntilBlocked(account.email, from)
    compared = 0
    expectBlocked(await guess(account.email, from), quarterS)
    expectBlocked(await signIn(api, account, { remoteAddress: from }), quarterS)
    expect(compared).toBe(0)
  })

  it('are refused the same way when there is no such account', async () => {
    const [account, from] = [await newAccount(api, tenant), newAddress()]
    await guessUntilBlocked(account.email, from)
    await guessUntilBlocked('nobody@example.com', from)
    const [known, unknown] = [await guess(account.email, from), await guess('nobody@example.com', from)]
    expectBlocked(unknown, quarterS)
    expect(unknown.body).toEqual(known.body)
  })

  it('are blocked twice as long each time, and no longer than four hours', async () => {
    const [account, from] = [await newAccount(api, tenant), newAddress()]
    for (const quarters of [1, 2, 4, 8, 16, 16]) {
      await guessUntilBlocked(account.email, from)
      expectBlocked(await guess(account.email, from), quarters * quarterS)
      await runOut('pair')
      await runOut('address')
    }
  })

  it('are not blocked for longer by what is refused meanwhile', async () => {
    const [account, from] = [await newAccount(api, tenant), newAddress()]
    await guessUntilBlocked(account.email, from)
    for (let i = 0; i < 40; i++) expectBlocked(await guess(account.email, from), quarterS)
    expect((await signIn(api, await newAccount(api, tenant), { remoteAddress: from })).status).toBe(200)
  })

  it('have no more guesses when they all come at once', async () => {
    const [account, from] = [await newAccount(api, tenant), newAddress()]
    const answers = await Promise.all(Array.from({ length: 25 }, () => guess(account.email, from)))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(guessesOfPairMax)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(25 - guessesOfPairMax)
    expect(compared).toBe(guessesOfPairMax)
  })

  it('begin anew after a sign-in: only failures count', async () => {
    const [account, from] = [await newAccount(api, tenant), newAddress()]
    for (let round = 0; round < 4; round++) {
      for (let i = 0; i < guessesOfPairMax - 1; i++) {
        expectProblem(await guess(account.email, from), 'wrong_credentials')
      }
      expect((await signIn(api, account, { remoteAddress: from })).status).toBe(200)
    }
    for (let i = 0; i < guessesOfAddressMax; i++) {
      expect((await signIn(api, account, { remoteAddress: from })).status).toBe(200)
    }
  })

  it('are known by the socket: a header that names another address changes nothing', async () => {
    const [account, from] = [await newAccount(api, tenant), newAddress()]
    for (let i = 0; i < guessesOfPairMax; i++) {
      const forged = {
        'x-forwarded-for': newAddress(),
        forwarded: `for=${newAddress()}`,
        'x-real-ip': '1.2.3.4'
      }
      expectProblem(await guess(account.email, from, forged), 'wrong_credentials')
    }
    expectBlocked(await guess(account.email, from, { 'x-forwarded-for': newAddress() }), quarterS)
    expect((await signIn(api, account, { remoteAddress: newAddress() })).status).toBe(200)
  })

  it('are one for all addresses of an IPv6 network, and for an IPv4 address in both of its forms', async () => {
    const [account, other] = [await newAccount(api, tenant), await newAccount(api, tenant)]
    for (let i = 0; i < guessesOfPairMax; i++) await guess(account.email, `2001:db8:1:2:${i}::${i}`)
    expectBlocked(await guess(account.email, '2001:db8:1:2::ffff'), quarterS)
    expectProblem(await guess(account.email, '2001:db8:1:3::1'), 'wrong_credentials')
    const from = newAddress()
    for (let i = 0; i < guessesOfPairMax; i++) await guess(other.email, i % 2 ? from : `::ffff:${from}`)
    expectBlocked(await guess(other.email, from), quarterS)
  })

  it('have the same five guesses at a change of the password', async () => {
    const person = await newPerson(api, tenant)
    await runOut('address')
    const change = (currentPassword: string) =>
      person.call('PUT', '/session/password', { currentPassword, newPassword: 'a new password' })
    for (let i = 0; i < guessesOfPairMax; i++) {
      expect(expectProblem(await change('wrong password'), 'invalid')).toEqual(['/currentPassword'])
    }
    expectBlocked(await change(person.password), quarterS)
    expectBlocked(await signIn(api, person), quarterS)
    await runOut('address')
  })
})

describe('an account', () => {
  it('that is guessed at from everywhere still lets its owner in, and gives each address one guess', async () => {
    const account = await newAccount(api, tenant)
    for (let i = 0; i < guessesOfAccountMax / guessesOfPairMax; i++) {
      await guessUntilBlocked(account.email, newAddress())
    }
    const from = newAddress()
    expectProblem(await guess(account.email, from), 'wrong_credentials')
    expectBlocked(await guess(account.email, from), quarterS)
    expect((await signIn(api, account, { remoteAddress: newAddress() })).status).toBe(200)
  })

  it('is not blocked at the address of another account', async () => {
    const [account, other, from] = [
      await newAccount(api, tenant),
      await newAccount(api, tenant),
      newAddress()
    ]
    await guessUntilBlocked(account.email, from)
    expect((await signIn(api, other, { remoteAddress: from })).status).toBe(200)
    expect((await signIn(api, account, { remoteAddress: newAddress() })).status).toBe(200)
  })
})

describe('an address', () => {
  it('has thirty guesses in 15 minutes, whatever the account', async () => {
    const from = newAddress()
    for (let i = 0; i < guessesOfAddressMax; i++) {
      expectProblem(await guess(`person-${i}@example.com`, from), 'wrong_credentials')
    }
    const account: Account = await newAccount(api, tenant)
    expectBlocked(await signIn(api, account, { remoteAddress: from }), quarterS)
    expect((await signIn(api, account, { remoteAddress: newAddress() })).status).toBe(200)
  })
})

describe('the count', () => {
  it('is one for all replicas of the API', async () => {
    const redis = new Redis(api.redis.url)
    cleanUp(() => redis.disconnect())
    const [replica, account, from] = [new GuessLimits(redis), await newAccount(api, tenant), newAddress()]
    for (let i = 0; i < guessesOfPairMax; i++) await (await replica.begin(account.email, from)).wrong()
    expectBlocked(await guess(account.email, from), quarterS)
  })

  it('names no email and no account in Redis', async () => {
    const [account, from] = [await newAccount(api, tenant), newAddress()]
    await guess(account.email, from)
    const keys = await api.redisClient.keys('parley:guesses:*')
    expect(keys.join('\n')).not.toContain(account.email)
    for (const key of keys) expect(await api.redisClient.ttl(key)).toBeGreaterThan(0)
  })

  it('does not wait for a Redis that is connected and does not answer', async () => {
    const [account, from] = [await newAccount(api, tenant), newAddress()]
    const admin = new Redis(api.redis.url)
    cleanUp(() => admin.disconnect())
    await admin.client('PAUSE', hangMs, 'ALL')
    const startedAt = performance.now()
    expectProblem(await guess(account.email, from), 'wrong_credentials')
    expect((await signIn(api, account, { remoteAddress: from })).status).toBe(200)
    expect(performance.now() - startedAt).toBeLessThan(hangMs)
    await admin.client('UNPAUSE')
  })

  it('goes on while Redis is away, and nobody is let in or locked out by that', async () => {
    const [account, from] = [await newAccount(api, tenant), newAddress()]
    await api.redis.stop()
    await expect.poll(() => api.redisClient.status).not.toBe('ready')
    await guessUntilBlocked(account.email, from)
    expectBlocked(await guess(account.email, from), quarterS)
    expect((await signIn(api, account, { remoteAddress: newAddress() })).status).toBe(200)
    await api.redis.start()
  })
})
