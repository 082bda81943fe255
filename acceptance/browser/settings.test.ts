import { AutoReply, type Instance, type InstanceCreate, Limits, Retry } from '@parley/contracts'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { until } from '../support/conditions.js'
import { Client } from '../support/mqtt-client.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'
import { phone, type Visitor } from './support/visitor.js'

const hostile = `<script>globalThis.ran=1</script><img src=x onerror="globalThis.ran=1">\u202egnp.`
/** Every field is read, and the long page is checked three times. */
const walkTimeoutMs = 60_000
const count = new Intl.NumberFormat('en')
const numberLabels: Record<string, string> = {
  packetBytesMax: 'Packet size',
  maxInflight: 'Unacknowledged deliveries of one client',
  receiveMaximum: 'Unfinished QoS 2 messages from one client',
  topicAliasMaximum: 'Topic aliases of one connection',
  keepAliveMaxS: 'Keep alive',
  sessionExpiryMaxS: 'Session expiry',
  queuedMessagesMax: 'Queued messages of one session',
  queuedBytesMax: 'Queued bytes of one session',
  topicLevelsMax: 'Topic levels',
  userPropertiesMax: 'User properties of one message',
  connectionsMax: 'Connections',
  rulesMax: 'Enhancement rules',
  maxReplies: 'Replies to one request',
  attempts: 'Attempts',
  firstDelayMs: 'First pause',
  maxDelayMs: 'Longest pause',
  maxAgeMs: 'Give up after'
}

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin

describeInBrowser('settings of an instance', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test(
    'every number says its bounds and its default as the API checks them, in both colour schemes and on a phone',
    async () => {
      const { page, visitor } = await settingsOf({ name: 'bounds' })
      const { maxReplies } = AutoReply.properties
      const schemas = { ...Limits.properties, ...Retry.properties, maxReplies }
      expect(Object.keys(schemas).sort()).toEqual(Object.keys(numberLabels).sort())
      for (const [name, schema] of Object.entries(schemas)) {
        const field = page.getByLabel(numberLabels[name]!, { exact: true })
        const { minimum, maximum, default: byDefault } = schema as object as Record<string, number>
        const range = `${count.format(minimum!)} to ${count.format(maximum!)}, ${count.format(byDefault!)} by default.`
        expect(await describedBy(page, field), name).toContain(range)
        expect(await field.inputValue(), name).toBe(count.format(byDefault!))
      }
      await visitor.expectAccessible()
      await page.emulateMedia({ colorScheme: 'dark' })
      await visitor.expectAccessible()
      await page.setViewportSize(phone)
      await visitor.expectAccessible()
      await visitor.expectNoSidewaysScroll()
      visitor.expectQuiet()
    },
    walkTimeoutMs
  )

  test('a save says what it changes from what to what, and sends the changes and nothing else', async () => {
    const { page, visitor, instance } = await settingsOf({ name: 'before' })
    await page.getByRole('textbox', { name: 'Name' }).fill('after')
    await page.getByRole('textbox', { name: 'Remark' }).fill(hostile)
    await page.getByLabel('Packet size').fill('2048')
    await page.getByLabel('Answer the delivery of retained messages').check()
    await page.getByLabel('MQTT 5.0').check()
    await page.getByLabel('Attempts').fill('3')
    await page.getByRole('radio', { name: 'Memory' }).check()
    const bar = page.getByRole('region', { name: '7 unsaved changes' })
    await bar.getByText('Name: before → after').waitFor()
    await bar.getByText('Packet size: 1,048,576 bytes (1 MiB) → 2,048 bytes (2 KiB)').waitFor()
    await bar.getByText('For responders that speak: 3.1, 3.1.1 → 3.1, 3.1.1, 5.0').waitFor()
    await visitor.expectAccessible()

    // Somebody else changes another setting meanwhile: both stay.
    await admin.system.rest.send('PATCH', `/instances/${instance.id}`, { limits: { rulesMax: 7 } })
    const patch = page.waitForRequest((request) => request.method() === 'PATCH')
    await page.keyboard.press('Control+s')
    expect((await patch).postDataJSON()).toEqual({
      name: 'after',
      remark: hostile,
      limits: { packetBytesMax: 2048 },
      autoReply: { retained: true, protocolVersions: ['3.1', '3.1.1', '5.0'], retry: { attempts: 3 } },
      sessions: 'memory'
    })
    await page.getByText('Saved as revision 3').waitFor()
    await bar.waitFor({ state: 'detached' })
    await page.getByRole('heading', { name: 'after' }).waitFor()
    await until('the other change is shown', async () => {
      return (await page.getByLabel('Enhancement rules').inputValue()) === '7'
    })
    expect(await admin.system.rest.instance(instance.id)).toMatchObject({
      name: 'after',
      limits: { packetBytesMax: 2048, rulesMax: 7 }
    })
    expect(await page.evaluate('globalThis.ran')).toBeUndefined()
    visitor.expectQuiet()
  })

  test('a limit that is lowered holds for the next client', async () => {
    const { page, visitor, instance } = await settingsOf({ name: 'full-house' })
    const first = await Client.connect(instance.endpoints.mqtt, { version: 4 }, cleanups)
    await page.getByLabel('Connections', { exact: true }).fill('1')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved as revision 2').waitFor()
    await admin.system.rolledOut(instance.id)
    await expect(Client.connect(instance.endpoints.mqtt, { version: 4 }, cleanups)).rejects.toThrow()
    expect(first.connected).toBe(true)
    visitor.expectQuiet()
  })

  test('what is outside its bounds says so at its field and cannot be saved', async () => {
    const { page, visitor } = await settingsOf({ name: 'out-of-bounds' })
    await page.getByLabel('Packet size').fill('12')
    await page.getByText('A whole number from 1,024 to 268,435,455.').waitFor()
    const save = page.getByRole('button', { name: 'Save' })
    expect(await save.isDisabled()).toBe(true)
    await page.getByLabel('Packet size').fill('')
    expect(await save.isDisabled()).toBe(true)
    await visitor.expectAccessible()
    await page.getByLabel('Packet size').fill('1024')
    await page.getByLabel('First pause').fill('5000')
    await page.getByLabel('Longest pause').fill('4000')
    await page.getByText('Not above the longest pause.').waitFor()
    expect(await save.isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Discard' }).click()
    expect(await page.getByLabel('Packet size').inputValue()).toBe('1,048,576')
    visitor.expectQuiet()
  })

  test('a name that is taken is refused at its field, and what else was typed stays', async () => {
    await admin.system.instance({ name: 'taken' })
    const { page, visitor } = await settingsOf({ name: 'free' })
    await page.getByRole('textbox', { name: 'Name' }).fill('taken')
    await page.getByLabel('Topic levels').fill('9')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Another of your instances has this name').waitFor()
    expect(await page.getByLabel('Topic levels').inputValue()).toBe('9')
    visitor.expectQuiet('409')
  })

  test('leaving with unsaved changes asks, and staying keeps them', async () => {
    const { page, visitor } = await settingsOf({ name: 'unsaved' })
    await page.getByRole('link', { name: 'Limits' }).click()
    await page.getByLabel('Topic levels').fill('9')
    await page.getByRole('link', { name: 'Rules' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('1 change is not saved').waitFor()
    await visitor.expectAccessible()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await page.getByLabel('Topic levels').inputValue()).toBe('9')
    await page.getByRole('link', { name: 'Rules' }).click()
    await dialog.getByRole('button', { name: 'Leave without saving' }).click()
    await page.waitForURL(/\/rules$/)
    visitor.expectQuiet()
  })

  test('before the settings shut out every client, the page says so', async () => {
    const { page, visitor } = await settingsOf({ name: 'lockout' })
    await page.getByLabel('Let policies decide what clients may do').check()
    await page.getByText('The instance has no policies yet').waitFor()
    await page.getByLabel('Let anybody connect without a password').uncheck()
    await page.getByText('The instance has no users yet').waitFor()
    await visitor.expectAccessible()
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.getByText('This would shut out every client').waitFor({ state: 'detached' })
    visitor.expectQuiet()
  })

  test('a timeout is switched on with a number, and off to none', async () => {
    const { page, visitor, instance } = await settingsOf({ name: 'timeout' })
    await page.getByLabel('Reply when nobody answers in time').check()
    await page.getByLabel('Wait for an answer').fill('2500')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved as revision 2').waitFor()
    expect(await admin.system.rest.instance(instance.id)).toMatchObject({ autoReply: { timeoutMs: 2500 } })
    await page.getByLabel('Reply when nobody answers in time').uncheck()
    await page.getByText('Wait for an answer: 2,500 ms').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Saved as revision 3').waitFor()
    expect(await admin.system.rest.instance(instance.id)).toMatchObject({ autoReply: { timeoutMs: null } })
    visitor.expectQuiet()
  })

  test('the danger zone suspends, resumes and deletes by name; neighbours notice nothing', async () => {
    const other = await admin.system.instance({ name: 'bystander' })
    const bystander = await Client.connect(other.endpoints.mqtt, { version: 4 }, cleanups)
    const { page, visitor, instance } = await settingsOf({ name: 'in-danger' })
    const client = await Client.connect(instance.endpoints.mqtt, { version: 5 }, cleanups)
    await page.getByRole('button', { name: 'Suspend the instance' }).click()
    await page.getByText('that is 1 now').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Suspend' }).click()
    await page.getByRole('button', { name: 'Resume the instance' }).click()
    await page.getByRole('button', { name: 'Suspend the instance' }).waitFor()
    await until('the client was disconnected', () => !client.connected)

    // Unsaved changes of what is deleted are nothing to ask about.
    await page.getByLabel('Topic levels').fill('9')
    await page.getByRole('button', { name: 'Delete the instance' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Type in-danger to confirm').fill('in-danger')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL(/\/instances$/)
    await page.getByText('in-danger is deleted.').waitFor()
    expect(await admin.system.rest.send('GET', `/instances/${instance.id}`)).toMatchObject({ status: 404 })
    expect(bystander.connected).toBe(true)
    visitor.expectQuiet()
  })
})

interface OpenSettings {
  visitor: Visitor
  page: Page
  instance: Instance
}

/** A new anonymous instance, and its settings in front of a visitor. */
async function settingsOf(fields: InstanceCreate): Promise<OpenSettings> {
  const instance = await admin.system.instance(fields)
  const visitor = await admin.signedIn(cleanups, `/instances/${instance.id}/settings`)
  await visitor.page.getByRole('heading', { name: 'Danger zone' }).waitFor()
  return { visitor, page: visitor.page, instance }
}

/** What is said of a field to those who do not see the page. */
async function describedBy(page: Page, field: ReturnType<Page['getByLabel']>): Promise<string> {
  const ids = (await field.getAttribute('aria-describedby')) ?? ''
  const texts = ids.split(' ').map((id) => page.locator(`[id="${id}"]`).innerText())
  return (await Promise.all(texts)).join(' ')
}
