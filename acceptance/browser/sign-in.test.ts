import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin

describeInBrowser('signing in', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test('the way in leads to where one wanted to go', async () => {
    const visitor = await admin.visitor(cleanups)
    await visitor.page.goto('/api-keys')
    await visitor.page.waitForURL(/\/sign-in\?next=%2Fapi-keys/)
    await visitor.expectAccessible()
    await visitor.signIn(admin.account.email, admin.account.password, '/api-keys')
    await visitor.page.waitForURL(/\/api-keys$/)
    expect(await visitor.page.title()).toContain('API keys')
    visitor.expectQuiet()
  })
})
