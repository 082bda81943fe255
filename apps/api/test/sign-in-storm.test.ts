import { verify } from '@node-rs/argon2'
import { cleanUp, cleanUpFile, eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { newAccount, signIn } from './support/person.js'
import { type Answer, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

const stormSize = 150
/** Two are checked, a hundred wait. */
const served = 102
const refused = stormSize - served

let api: TestApi
let tenant: Tenant
let running = 0
let runningMax = 0
let holding: Promise<void> | undefined

beforeAll(async () => {
  api = await startTestApi({
    auth: {
      verify: async (hash, password) => {
        runningMax = Math.max(runningMax, ++running)
        await holding
        return verify(hash, password).finally(() => running--)
      }
    }
  })
  await eventually(() => expect(api.redisClient.status).toBe('ready'))
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

it('a storm of sign-ins checks two passwords at once, refuses whom it cannot serve soon, and stalls nobody else', async () => {
  const account = await newAccount(api, tenant)
  let letGo: () => void = () => undefined
  holding = new Promise((resolve) => {
    letGo = resolve
  })
  cleanUp(() => letGo())
  const answers: Answer[] = []
  const storm = Array.from({ length: stormSize }, async (_, i) => {
    const guess = { email: `somebody-${i}@example.com`, password: 'x' }
    answers.push(await signIn(api, guess, { remoteAddress: `10.1.${i}.1` }))
  })
  await expect.poll(() => answers.length, { timeout: 10_000 }).toBe(refused)
  for (const answer of answers) {
    expectProblem(answer, 'unavailable')
    expect(answer.headers['retry-after']).toBe('2')
  }
  expect((await tenant.call('GET', '/instances')).status).toBe(200)
  letGo()
  await Promise.all(storm)
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(served)
  expect(runningMax).toBe(2)
  expect((await signIn(api, account)).status).toBe(200)
})

it('a check that was refused for want of time does not count as a guess', async () => {
  const keys = await api.redisClient.keys('parley:guesses:pair:*')
  const values = await Promise.all(keys.map((key) => api.redisClient.get(key)))
  expect(values.filter((value) => value === '1')).toHaveLength(served)
  expect(values.filter((value) => value === '0')).toHaveLength(refused)
})
