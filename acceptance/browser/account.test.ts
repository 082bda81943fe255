import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'

const newPassword = 'a new battery staple'
const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin

describeInBrowser('the account', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test('signing out ends the session: nothing of the service is shown any more', async () => {
    const visitor = await admin.signedIn(cleanups)
    const { page } = visitor
    await page.getByRole('button', { name: 'Account' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.waitForURL(/\/sign-in/)
    await page.goBack()
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    expect(await page.getByRole('navigation').count()).toBe(0)
    visitor.expectQuiet()
  })

  test('a new password ends every other session; the old one opens nothing', async () => {
    const account = await admin.system.createAccount('first', 'changes@first.test')
    const elsewhere = await admin.signedIn(cleanups, '/instances', {}, account)
    const visitor = await admin.signedIn(cleanups, '/account', {}, account)
    const { page } = visitor
    await page.getByLabel('Current password').fill('not this one')
    await page.getByLabel('New password', { exact: true }).fill(newPassword)
    await page.getByLabel('New password once more').fill(`${newPassword}!`)
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('The two are not the same.').waitFor()
    await page.getByLabel('New password once more').fill(newPassword)
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('is not the current password').waitFor()
    visitor.expectQuiet('422')
    await page.getByLabel('Current password').fill(account.password)
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('The password is changed.').waitFor()

    // This session goes on, also for changes; the other one is led to the sign-in.
    await page.reload()
    await page.getByText(account.email).first().waitFor()
    await elsewhere.page.getByRole('link', { name: 'API keys' }).click()
    await elsewhere.page.waitForURL(/\/sign-in/)

    const returning = await admin.visitor(cleanups)
    await returning.page.goto('/sign-in')
    await returning.page.getByLabel('Email').fill(account.email)
    await returning.page.getByLabel('Password', { exact: true }).fill(account.password)
    await returning.page.getByRole('button', { name: 'Sign in' }).click()
    await returning.page.getByText('Email or password is wrong.').waitFor()
    await returning.signIn(account.email, newPassword)
    visitor.expectQuiet()
  })

  test('by keyboard alone, the palette leads to every page', async () => {
    const visitor = await admin.signedIn(cleanups)
    const { page } = visitor
    const search = page.getByLabel('Page, instance or action')
    await page.keyboard.press('Control+k')
    await search.and(page.locator(':focus')).waitFor()
    await page.keyboard.type('API keys')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/api-keys$/)
    await search.waitFor({ state: 'detached' })
    await page.keyboard.press('Control+k')
    await search.and(page.locator(':focus')).waitFor()
    await page.keyboard.type('dark')
    await page.getByText('Switch to dark colours').waitFor()
    await visitor.expectAccessible()
    await page.keyboard.press('Enter')
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor()
    visitor.expectQuiet()
  })
})
