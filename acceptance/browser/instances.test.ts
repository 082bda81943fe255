import type { Instance } from '@parley/contracts'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { until } from '../support/conditions.js'
import { Client } from '../support/mqtt-client.js'
import { Pasted } from '../support/run-shell.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'
import { phone } from './support/visitor.js'

const pageSize = 20
/** Of walks over several pages. */
const walkTimeoutMs = 60_000
const hostileRemark = `<img src=x onerror="globalThis.ran=1">\u202egnp.${'long'.repeat(15)}`

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin

describeInBrowser('instances', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test(
    'an account without instances is taught a command that makes one when it is pasted',
    async () => {
      const { system } = admin
      const rest = await system.createTenant('newcomer')
      const account = await system.createAccount('newcomer', 'admin@newcomer.test')
      const { page, ...visitor } = await open('/instances', account)
      await page.getByRole('heading', { name: 'No instance yet' }).waitFor()
      await visitor.check()
      const command = await page.locator('pre').innerText()
      await Pasted.shell(command, cleanups, { KEY: rest.apiKey }).done()
      await page.reload()
      await row(page, 'line-7').waitFor()
    },
    walkTimeoutMs
  )

  test('a name is checked as it is typed; one that is taken is refused at its field', async () => {
    await admin.system.instance({ name: 'taken' })
    const { page, ...visitor } = await open('/instances')
    await page.getByRole('link', { name: 'Create an instance' }).click()
    await page.waitForURL(/\/instances\/new$/)
    const name = page.getByRole('textbox', { name: /^Name/ })
    await name.fill('no spaces')
    await page.getByText('Only letters, digits, - and _.').waitFor()
    await name.fill('ab')
    await page.getByText('1 more character at least.').waitFor()
    await name.fill('taken')
    await visitor.check()
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByText('Another of your instances has this name').waitFor()
    expect(await name.getAttribute('aria-invalid')).toBe('true')
    visitor.expectQuiet('409')
  })

  test(
    'a new instance opens with its next step; with users it refuses who has none',
    async () => {
      const { page, ...visitor } = await open('/instances/new')
      await page.getByRole('textbox', { name: /^Name/ }).fill('with-users')
      await page.getByLabel('Remark').fill(hostileRemark)
      await page.keyboard.press('Enter')
      await page.getByText('with-users is ready').waitFor()
      await page.getByRole('link', { name: 'Make a user' }).waitFor()
      await visitor.check()
      const instance = await find('with-users')
      expect(instance).toMatchObject({ authentication: { anonymous: false }, remark: hostileRemark })
      await expect(Client.connect(instance.endpoints.mqtt, { version: 4 }, cleanups)).rejects.toThrow()
      await page.getByRole('button', { name: 'Hide this hint' }).click()
      await page.waitForURL(new RegExp(`/instances/${instance.id}$`))

      await page.getByRole('link', { name: 'Instances', exact: true }).first().click()
      await page.getByText('<img src=x').waitFor()
      expect(await page.evaluate('globalThis.ran')).toBeUndefined()
      await page.setViewportSize(phone)
      await visitor.expectNoSidewaysScroll()
      visitor.expectQuiet()
    },
    walkTimeoutMs
  )

  test('anonymous is a choice that is made on purpose, and lets anybody in', async () => {
    const { page, ...visitor } = await open('/instances/new')
    await page.getByRole('textbox', { name: /^Name/ }).fill('open-door')
    await page.getByLabel('Anybody who reaches the address').check()
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByText('open-door is ready').waitFor()
    const { endpoints } = await find('open-door')
    const client = await Client.connect(endpoints.mqtt, { version: 4 }, cleanups)
    expect(client.connected).toBe(true)
    visitor.expectQuiet()
  })

  test(
    'filter, status and page stand in the address, so that a link and the way back lead to the same list',
    async () => {
      const rest = await admin.system.createTenant('many')
      const account = await admin.system.createAccount('many', 'admin@many.test')
      for (let number = 1; number <= pageSize + 1; number++) {
        const status = number === 1 ? 'suspended' : 'running'
        await rest.createInstance({ name: `plant-${String(number).padStart(2, '0')}`, status })
      }
      const { page, ...visitor } = await open('/instances', account)
      await row(page, 'plant-01').waitFor()
      expect(await page.locator('tbody tr').count()).toBe(pageSize)
      await page.getByRole('button', { name: 'Next page' }).click()
      await row(page, 'plant-21').waitFor()
      await page.waitForURL(/cursor=/)
      await page.reload()
      await row(page, 'plant-21').waitFor()
      expect(await page.locator('tbody tr').count()).toBe(1)
      await page.goBack()
      await row(page, 'plant-01').waitFor()

      await page.getByLabel('Part of a name, id or remark').fill('PLANT-2')
      await page.waitForURL(/q=PLANT-2/)
      await until('two are left', async () => (await page.locator('tbody tr').count()) === 2)
      await page.getByLabel('Part of a name, id or remark').fill('%')
      await page.getByText('Nothing matches the filter.').waitFor()
      await visitor.check()
      await page.getByRole('button', { name: 'Clear the filter' }).last().click()
      await row(page, 'plant-01').waitFor()
      await page.getByRole('radiogroup', { name: 'Status' }).getByText('Suspended').click()
      await page.waitForURL(/status=suspended/)
      await until('one is left', async () => (await page.locator('tbody tr').count()) === 1)
      visitor.expectQuiet()
    },
    walkTimeoutMs
  )

  test('the list counts the clients that are connected now', async () => {
    const { endpoints } = await admin.system.instance({ name: 'counted' })
    const { page, ...visitor } = await open('/instances?q=counted')
    await connections(page, 'counted', '0')
    const client = await Client.connect(endpoints.mqtt, { version: 4 }, cleanups)
    await connections(page, 'counted', '1')
    await client.disconnect()
    await connections(page, 'counted', '0')
    visitor.expectQuiet()
  })

  test(
    'suspending says whom it disconnects and does so; resuming lets them in; others notice nothing',
    async () => {
      const instance = await admin.system.instance({ name: 'to-suspend' })
      const other = await admin.system.instance({ name: 'neighbour' })
      const client = await Client.connect(instance.endpoints.mqtt, { version: 5 }, cleanups)
      const bystander = await Client.connect(other.endpoints.mqtt, { version: 4 }, cleanups)
      const { page, ...visitor } = await open('/instances?q=to-suspend')
      await connections(page, 'to-suspend', '1')
      await act(page, 'to-suspend', 'Suspend')
      const dialog = page.getByRole('dialog')
      await dialog.getByText('that is 1 now').waitFor()
      await visitor.check()
      await dialog.getByRole('button', { name: 'Suspend' }).click()
      await row(page, 'to-suspend').getByText('suspended').waitFor()
      await until('the client is disconnected', () => !client.connected)
      await expect(Client.connect(instance.endpoints.mqtt, { version: 4 }, cleanups)).rejects.toThrow()
      expect(bystander.connected).toBe(true)

      await act(page, 'to-suspend', 'Resume')
      await row(page, 'to-suspend').getByText('running').waitFor()
      await admin.system.rolledOut(instance.id)
      await Client.connect(instance.endpoints.mqtt, { version: 4 }, cleanups)
      visitor.expectQuiet()
    },
    walkTimeoutMs
  )

  test('deleting asks for the name, and another one does not do', async () => {
    const instance = await admin.system.instance({ name: 'to-delete' })
    const client = await Client.connect(instance.endpoints.mqtt, { version: 4 }, cleanups)
    const { page, ...visitor } = await open('/instances?q=to-')
    await act(page, 'to-delete', 'Delete')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Type to-delete to confirm').fill('to-delet')
    expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true)
    await visitor.check()
    await dialog.getByLabel('Type to-delete to confirm').fill('to-delete')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await row(page, 'to-delete').waitFor({ state: 'detached' })
    expect(await admin.system.rest.send('GET', `/instances/${instance.id}`)).toMatchObject({ status: 404 })
    await until('the client is disconnected', () => !client.connected)
    visitor.expectQuiet()
  })

  test('a change that a node has not taken over yet is shown as under way until it has', async () => {
    const instance = await admin.system.instance({ name: 'slow-node' })
    const node = admin.system.nodes[0]!
    process.kill(node.pid, 'SIGSTOP')
    cleanups.add(async () => void process.kill(node.pid, 'SIGCONT'))
    await admin.system.rest.send('PATCH', `/instances/${instance.id}`, { remark: 'changed' })
    const { page, ...visitor } = await open('/instances?q=slow-node')
    await row(page, 'slow-node').getByText('revision 2 on 0 of 1 node').waitFor()
    await row(page, 'slow-node').getByText('under way').waitFor()
    await visitor.check()
    process.kill(node.pid, 'SIGCONT')
    await row(page, 'slow-node').getByText('revision 2 on 1 of 1 node').waitFor()
    await row(page, 'slow-node').getByText('under way').waitFor({ state: 'detached' })
    visitor.expectQuiet()
  })

  test('within an instance, the palette leads to its pages by keyboard alone', async () => {
    const instance = await admin.system.instance({ name: 'by-keyboard' })
    const { page, ...visitor } = await open(`/instances/${instance.id}`)
    await page.getByRole('heading', { name: 'by-keyboard' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('button', { name: 'Dead letters' }).waitFor()
    await page.keyboard.type('settings')
    await page.getByRole('dialog').getByRole('button', { name: 'Settings' }).waitFor()
    await page.keyboard.press('Enter')
    await page.waitForURL(new RegExp(`/instances/${instance.id}/settings$`))
    visitor.expectQuiet()
  })
})

/** A signed-in visitor on this page; `check`: accessible in both colour schemes, and no complaint. */
async function open(path: string, account = admin.account) {
  const visitor = await admin.signedIn(cleanups, path, undefined, account)
  return {
    page: visitor.page,
    expectQuiet: (...provoked: string[]) => visitor.expectQuiet(...provoked),
    expectNoSidewaysScroll: () => visitor.expectNoSidewaysScroll(),
    async check() {
      for (const colorScheme of ['dark', 'light'] as const) {
        await visitor.page.emulateMedia({ colorScheme })
        await visitor.expectAccessible()
      }
    }
  }
}

function row(page: Page, name: string) {
  return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) })
}

async function connections(page: Page, name: string, count: string): Promise<void> {
  await row(page, name).getByRole('cell', { name: count, exact: true }).waitFor()
}

async function act(page: Page, name: string, what: string): Promise<void> {
  await row(page, name)
    .getByRole('button', { name: `Actions of ${name}` })
    .click()
  await page.getByRole('menuitem', { name: what }).click()
}

async function find(name: string): Promise<Instance> {
  const { body } = await admin.system.rest.send<{ items: Instance[] }>('GET', `/instances?q=${name}`)
  return admin.system.rolledOut(body.items[0]!.id)
}
