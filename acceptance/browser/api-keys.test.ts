import type { Instance } from '@parley/contracts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { Rest } from '../support/rest.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin

describeInBrowser('API keys', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test('a new key is shown once, does what its scopes say and nothing else, and stops when it is revoked', async () => {
    const visitor = await admin.signedIn(cleanups, '/api-keys')
    const { page } = visitor
    await page.getByRole('button', { name: 'Create a key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('reader')
    await dialog.getByRole('button', { name: 'Create the key' }).click()
    await dialog.getByText('Choose at least one.').waitFor()
    await dialog.getByRole('radiogroup', { name: 'Instances' }).getByText('read', { exact: true }).click()
    await visitor.expectAccessible()
    await dialog.getByRole('button', { name: 'Create the key' }).click()
    const key = await dialog.locator('pre').innerText()
    expect(key).toMatch(/^pk_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$/)
    await visitor.expectAccessible()
    await dialog.getByRole('button', { name: 'I have copied it' }).click()

    const rest = new Rest(admin.system.apiUrl, key)
    expect(await rest.send<{ items: Instance[] }>('GET', '/instances')).toMatchObject({ status: 200 })
    expect(await rest.send('POST', '/instances', { name: 'not-allowed' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' }
    })
    await page.reload()
    const row = page.getByRole('row', { name: /reader/ })
    await row.getByText('instances:read').waitFor()
    expect(await page.content()).not.toContain(key)

    await row.getByRole('button', { name: 'Revoke reader' }).click()
    await page.getByRole('button', { name: 'Revoke', exact: true }).isDisabled()
    await page.getByLabel('Type reader to confirm').fill('reader')
    await page.getByRole('button', { name: 'Revoke', exact: true }).click()
    await row.getByText('revoked').waitFor()
    expect(await rest.send('GET', '/instances')).toMatchObject({ status: 401 })
    visitor.expectQuiet()
  })

  test('a name that is no name is refused at its field', async () => {
    const visitor = await admin.signedIn(cleanups, '/api-keys')
    const { page } = visitor
    await page.getByRole('button', { name: 'Create a key' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name').fill('<b>no</b>')
    await dialog
      .getByRole('radiogroup', { name: 'Rules' })
      .getByText('read and write', { exact: true })
      .click()
    await dialog.getByRole('button', { name: 'Create the key' }).click()
    await dialog.getByLabel('Name').and(page.locator('[aria-invalid="true"]')).waitFor()
    visitor.expectQuiet('422')
  })
})
