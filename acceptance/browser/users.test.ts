import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Instance } from '@parley/contracts'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { until, within } from '../support/conditions.js'
import { Client } from '../support/mqtt-client.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'
import { hostileTexts, watchForScripts } from './support/hostile-texts.js'
import { phone } from './support/visitor.js'

const run = promisify(execFile)
/** What the UI promises for the end of a live connection. */
const endedWithinMs = 1_000
const chosen = 'a long password'

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin

function connect({ endpoints }: Instance, username: string, password: string): Promise<Client> {
  return Client.connect(endpoints.mqtt, { version: 4, username, password }, cleanups)
}

function ended(client: Client): Promise<void> {
  return within(endedWithinMs, 'the connection ends', () => until('ended', () => !client.connected))
}

async function addUsers(instance: Instance, usernames: readonly string[]): Promise<void> {
  for (const username of usernames) {
    const body = { username, password: chosen, remark: `remark of ${username}` }
    expect(await admin.system.rest.send('POST', `/instances/${instance.id}/users`, body)).toMatchObject({
      status: 201
    })
  }
  await admin.system.rolledOut(instance.id)
}

async function act(page: Page, username: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions of ${username}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

describeInBrowser('users of an instance', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test('a password that the service makes is shown once and lets a client in; a disabled or deleted user is out within a second', async () => {
    const instance = await admin.system.instance({ name: 'locked', authentication: { anonymous: false } })
    const visitor = await admin.signedIn(cleanups, `/instances/${instance.id}/users`)
    const { page } = visitor
    await page.getByText('No users yet').waitFor()
    await page.getByRole('button', { name: 'New user' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Username').fill('gate 7')
    await dialog.getByLabel('Remark').fill('South entrance')
    await visitor.expectAccessible()
    await dialog.getByRole('button', { name: 'Create the user' }).click()
    await dialog.getByText('shown only now').waitFor()
    const password = await dialog.locator('pre').first().innerText()
    expect(password).toMatch(/^[\w-]{32}$/)
    expect(await dialog.locator('pre').nth(1).innerText()).toContain(`-u 'gate 7' -P ${password}`)
    await visitor.expectAccessible()
    await page.keyboard.press('Escape')
    await dialog.getByRole('button', { name: 'I have copied it' }).click()
    const row = page.getByRole('row', { name: /gate 7/ })
    await row.getByText('South entrance').waitFor()
    expect(await page.content()).not.toContain(password)

    await admin.system.rolledOut(instance.id)
    const client = await connect(instance, 'gate 7', password)
    await act(page, 'gate 7', 'Disable…')
    await page.getByRole('dialog').getByText('within a second').waitFor()
    await page.getByRole('button', { name: 'Disable the user' }).click()
    await row.getByText('disabled').waitFor()
    await ended(client)
    await expect(connect(instance, 'gate 7', password)).rejects.toThrow()

    await act(page, 'gate 7', 'Enable')
    await row.getByText('enabled').waitFor()
    await admin.system.rolledOut(instance.id)
    const again = await connect(instance, 'gate 7', password)
    await until(
      'the page says when the user was last seen',
      async () => {
        await page.reload()
        await row.waitFor()
        return (await row.getByText('never').count()) === 0
      },
      15_000
    )

    await act(page, 'gate 7', 'Delete…')
    const submit = page.getByRole('button', { name: 'Delete the user' })
    await page.getByLabel('Type gate 7 to confirm').fill('gate')
    expect(await submit.isDisabled()).toBe(true)
    await page.getByLabel('Type gate 7 to confirm').fill('gate 7')
    await visitor.expectAccessible()
    await submit.click()
    await page.getByText('No users yet').waitFor()
    await ended(again)
    await expect(connect(instance, 'gate 7', password)).rejects.toThrow()
    visitor.expectQuiet()
  })

  test('another password ends what is open with the old one; a chosen one is not shown again', async () => {
    const instance = await admin.system.instance({ name: 'reset', authentication: { anonymous: false } })
    await addUsers(instance, ['door-1'])
    const client = await connect(instance, 'door-1', chosen)
    const visitor = await admin.signedIn(cleanups, `/instances/${instance.id}/users`, { colorScheme: 'dark' })
    const { page } = visitor
    await act(page, 'door-1', 'New password…')
    await page.getByText('Choose one').click()
    await page.getByLabel('Chosen password').fill('short')
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByText('At least 8 characters.').waitFor()
    await page.getByLabel('Chosen password').fill('another password')
    await visitor.expectAccessible()
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByText('door-1 has the new password').waitFor()
    await ended(client)
    expect(await page.content()).not.toContain('another password')
    await expect(connect(instance, 'door-1', chosen)).rejects.toThrow()
    await connect(instance, 'door-1', 'another password')

    await act(page, 'door-1', 'New password…')
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByText('shown only now').waitFor()
    const made = await page.getByRole('dialog').locator('pre').first().innerText()
    await page.getByRole('button', { name: 'I have copied it' }).click()
    await admin.system.rolledOut(instance.id)
    await connect(instance, 'door-1', made)

    await act(page, 'door-1', 'Edit the remark…')
    await page.getByLabel('Remark', { exact: true }).fill('By the bins')
    await page.keyboard.press('Enter')
    await page.getByRole('row', { name: /door-1.*By the bins/ }).waitFor()
    visitor.expectQuiet()
  })

  test('the command of the empty list creates a user', async () => {
    const instance = await admin.system.instance({ name: 'by-shell', authentication: { anonymous: false } })
    const visitor = await admin.signedIn(cleanups, `/instances/${instance.id}/users`)
    const { page } = visitor
    const command = await page.locator('pre').innerText()
    const { stdout } = await run('sh', ['-c', command], {
      env: { PATH: process.env.PATH, KEY: admin.system.rest.apiKey }
    })
    const { username, password } = JSON.parse(stdout) as { username: string; password: string }
    await admin.system.rolledOut(instance.id)
    await connect(instance, username, password)
    await page.reload()
    await page.getByText(username, { exact: true }).waitFor()
    visitor.expectQuiet()
  })

  test('filter and place of the list stand in the address bar', async () => {
    const instance = await admin.system.instance({ name: 'many' })
    await addUsers(
      instance,
      Array.from({ length: 23 }, (_, index) => `sensor-${String(index).padStart(2, '0')}`)
    )
    const path = `/instances/${instance.id}/users`
    const visitor = await admin.signedIn(cleanups, path)
    const { page } = visitor
    await page.getByText('Everybody gets in without being asked').waitFor()
    await page.getByText('sensor-19', { exact: true }).waitFor()
    expect(await page.getByText('sensor-20', { exact: true }).count()).toBe(0)
    await page.getByRole('button', { name: 'Next page' }).click()
    await page.getByText('sensor-22', { exact: true }).waitFor()
    expect(page.url()).toContain('cursor=')
    await page.reload()
    await page.getByText('sensor-22', { exact: true }).waitFor()
    await page.goBack()
    await page.getByText('sensor-00', { exact: true }).waitFor()
    await page.getByLabel('Part of a username').fill('SENSOR-2')
    await page.waitForURL(/q=SENSOR-2/)
    await page.getByText('sensor-22', { exact: true }).waitFor()
    await page.getByText('sensor-02', { exact: true }).waitFor({ state: 'detached' })
    await page.goto(`${path}?q=nobody`)
    await page.getByText('Nothing matches the filter.').waitFor()
    await page.getByRole('link', { name: 'Change it in the settings' }).click()
    await page.waitForURL(/\/settings$/)
    visitor.expectQuiet()
  })

  test('what a username or a remark holds is shown as text, and does not break the page of a phone', async () => {
    const instance = await admin.system.instance({ name: 'hostile' })
    const usernames = hostileTexts.filter((text) => text.length <= 64 && !/\p{Control}/u.test(text))
    await addUsers(instance, usernames)
    const visitor = await admin.signedIn(cleanups, `/instances/${instance.id}/users`, { viewport: phone })
    const ran = await watchForScripts(visitor.page)
    await visitor.page.getByText('<img src=x onerror="parleyRan()">', { exact: true }).waitFor()
    expect(await visitor.page.locator('tbody tr').count()).toBe(usernames.length)
    await visitor.expectNoSidewaysScroll()
    await act(visitor.page, '<img src=x onerror="parleyRan()">', 'Delete…')
    await visitor.expectNoSidewaysScroll()
    await visitor.expectAccessible()
    expect(await ran()).toBe(false)
    visitor.expectQuiet()
  })

  test('what the service says of a field stands next to it', async () => {
    const instance = await admin.system.instance({ name: 'refused' })
    await addUsers(instance, ['door-1'])
    const visitor = await admin.signedIn(cleanups, `/instances/${instance.id}/users`)
    const { page } = visitor
    await page.getByRole('button', { name: 'New user' }).click()
    const username = page.getByRole('dialog').getByLabel('Username')
    await page.getByRole('button', { name: 'Create the user' }).click()
    await page.getByText('Give the user a name.').waitFor()
    await username.fill('..')
    await page.getByRole('button', { name: 'Create the user' }).click()
    await username.and(page.locator('[aria-invalid="true"]')).waitFor()
    await page.getByText('cannot be a path of its own').waitFor()
    await username.fill('door-1')
    await page.getByRole('button', { name: 'Create the user' }).click()
    await page.getByText('Another user of this instance is named door-1.').waitFor()
    await page.getByText('Choose another one.').waitFor()
    visitor.expectQuiet('422', '409')
  })
})
