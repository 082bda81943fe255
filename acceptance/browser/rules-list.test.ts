import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Instance } from '@parley/contracts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { Client } from '../support/mqtt-client.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'
import { pressUntil } from './support/keys.js'
import {
  doorReplies,
  expectOrder,
  namesShown,
  prioritiesSent,
  ruleNamed,
  rulesOf,
  rulesPath
} from './support/rules-ui.js'
import { phone, type Visitor, type VisitorOptions } from './support/visitor.js'

const run = promisify(execFile)
const hostile = '<img src=x onerror="globalThis.ran=1"><script>ran=1</script>'
/** More than a page holds. */
const manyRules = 104
const manyRulesTimeoutMs = 60_000

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin
let names = 0

/** An instance of its own with rules of these names, each 10 after the other. */
async function instanceWith(...rules: string[]): Promise<Instance> {
  const priorities = rules.map((name, index) => ruleNamed(name, { priority: (index + 1) * 10 }))
  return admin.system.instance({ name: `list-${++names}` }, priorities)
}

/** Waits until the API has this order. */
async function expectSaved(instance: Instance, order: readonly string[]): Promise<void> {
  const saved = async () => (await rulesOf(admin.system, instance.id)).map(({ name }) => name)
  await expect.poll(saved, { timeout: 5_000 }).toEqual(order)
}

async function openList(instance: Instance, options?: VisitorOptions): Promise<Visitor> {
  const visitor = await admin.signedIn(cleanups, rulesPath(instance.id), options)
  await visitor.page.getByRole('heading', { name: 'Rules', exact: true }).waitFor()
  return visitor
}

describeInBrowser('the list of rules', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test('without a rule it teaches a command that works when it is pasted into a shell', async () => {
    const instance = await admin.system.instance({ name: 'taught' })
    const visitor = await openList(instance)
    const { page } = visitor
    await page.getByText('No rule yet').waitFor()
    await visitor.expectAccessible()
    await page.getByRole('button', { name: /^Copy: curl/ }).click()
    const command = (await page.evaluate('navigator.clipboard.readText()')) as string
    await run('sh', ['-c', command], { env: { ...process.env, KEY: admin.system.rest.apiKey } })
    expect(await rulesOf(admin.system, instance.id)).toMatchObject([{ ...doorReplies, status: 'active' }])
    await page.reload()
    await expectOrder(page, ['door-replies'])
    visitor.expectQuiet()
  })

  test('the example becomes a rule in two clicks, and an old requester gets its reply by it', async () => {
    const instance = await admin.system.instance({ name: 'example' })
    const visitor = await openList(instance)
    const { page } = visitor
    await page.getByRole('link', { name: 'Start from an example' }).click()
    await page.getByText('This rule applies to the message.').waitFor()
    await page.getByRole('button', { name: /^Create the rule/ }).click()
    await page.getByText('Live on 1 of 1 node.').waitFor()
    expect(new URL(page.url()).pathname).toMatch(/\/rules\/[^/]{8,}$/)
    const responder = await Client.connect(instance.endpoints.mqtt, { version: 4 }, cleanups)
    await responder.subscribe('cmd/#', 1)
    const requester = await Client.connect(instance.endpoints.mqtt, { version: 4, clientId: 'old' }, cleanups)
    await requester.subscribe('replies/old', 1)
    await requester.publish('cmd/door', '{"requestId":"r-7"}', 1)
    const { text } = await requester.message('replies/old')
    expect(JSON.parse(text)).toMatchObject({ pubProps: { correlationData: 'r-7' } })
    visitor.expectQuiet()
  })

  test('a drag shows the new order at once and saves the one priority that it takes', async () => {
    const instance = await instanceWith('one', 'two', 'three')
    const visitor = await openList(instance)
    const { page } = visitor
    await expectOrder(page, ['one', 'two', 'three'])
    const sent = prioritiesSent(page)
    const from = (await page.getByRole('button', { name: 'Move three' }).boundingBox())!
    const to = (await page.getByRole('button', { name: 'Move one' }).boundingBox())!
    await page.mouse.move(from.x + 5, from.y + from.height / 2)
    await page.mouse.down()
    await page.mouse.move(to.x + 5, to.y + 2, { steps: 12 })
    await page.mouse.up()
    await expectOrder(page, ['three', 'one', 'two'])
    await expectSaved(instance, ['three', 'one', 'two'])
    const [first] = await rulesOf(admin.system, instance.id)
    expect(sent).toEqual([[{ id: first!.id, priority: 0 }]])
    visitor.expectQuiet()
  })

  test('the keyboard sorts in three ways, and each says where the rule is now', async () => {
    const instance = await instanceWith('one', 'two', 'three')
    const visitor = await openList(instance)
    const { page } = visitor
    const sent = prioritiesSent(page)
    const said = (text: string) => page.getByText(text, { exact: true }).waitFor({ state: 'attached' })

    await page.getByRole('link', { name: 'three' }).focus()
    await page.keyboard.press('Alt+ArrowUp')
    await said('three is at place 2 of 3 now.')
    await expectOrder(page, ['one', 'three', 'two'])
    expect(await page.evaluate('document.activeElement.textContent')).toBe('three')

    await page.getByRole('button', { name: 'Move one' }).focus()
    await page.keyboard.press('Space')
    await said('Picked up one, place 1 of 3.')
    await pressUntil(page, 'ArrowDown', page.getByText('one is over place 2 of 3.'))
    await page.keyboard.press('Space')
    await expectOrder(page, ['three', 'one', 'two'])

    await page.getByRole('button', { name: 'Actions of two' }).click()
    await page.getByRole('menuitem', { name: 'Move to the top' }).click()
    await said('two is at place 1 of 3 now.')
    await expectOrder(page, ['two', 'three', 'one'])
    await expectSaved(instance, ['two', 'three', 'one'])
    expect(sent.map((priorities) => (priorities as object[]).length)).toEqual([1, 1, 1])
    visitor.expectQuiet()
  })

  test('a move and a switch that could not be saved are taken back with a word', async () => {
    const instance = await instanceWith('one', 'two')
    const visitor = await openList(instance)
    const { page } = visitor
    await expectOrder(page, ['one', 'two'])
    await page.route('**/enhancement-rules/**', (route) =>
      route.request().method() === 'GET' ? route.continue() : route.abort()
    )
    await page.getByRole('link', { name: 'two' }).focus()
    await page.keyboard.press('Alt+ArrowUp')
    await page.getByText('The order is as it was').waitFor()
    await expectOrder(page, ['one', 'two'])
    await page.getByRole('switch', { name: 'one is active' }).press('Space')
    await page.getByText('one is as it was').waitFor()
    expect(await page.getByRole('switch', { name: 'one is active' }).isChecked()).toBe(true)
    visitor.expectQuiet('net::ERR_FAILED')
  })

  test('a switch turns the rule off for the very next message', async () => {
    const instance = await instanceWith('expires')
    const visitor = await openList(instance)
    await visitor.page.getByRole('switch', { name: 'expires is active' }).press('Space')
    await expect.poll(async () => (await rulesOf(admin.system, instance.id))[0]?.status).toBe('inactive')
    await admin.system.rolledOut(instance.id)
    const client = await Client.connect(instance.endpoints.mqtt, { version: 5 }, cleanups)
    await client.subscribe('x', 1)
    await client.publish('x', 'without', 1)
    const { properties } = await client.message('x')
    expect(properties.messageExpiryInterval).toBeUndefined()
    visitor.expectQuiet()
  })

  test('the filter stands in the address, and what is sorted within it lands beside its neighbour', async () => {
    const instance = await instanceWith('door-1', 'gate-1', 'door-2', 'gate-2')
    const visitor = await openList(instance)
    const { page } = visitor
    await page.getByPlaceholder('Name, remark, pattern or text').fill('gate')
    await page.waitForURL(/q=gate/)
    await expectOrder(page, ['gate-1', 'gate-2'])
    await page.getByRole('link', { name: 'gate-2' }).focus()
    await page.keyboard.press('Alt+ArrowUp')
    await expectOrder(page, ['gate-2', 'gate-1'])
    await expectSaved(instance, ['door-1', 'gate-2', 'gate-1', 'door-2'])
    await page.reload()
    await expectOrder(page, ['gate-2', 'gate-1'])
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await expectOrder(page, ['door-1', 'gate-2', 'gate-1', 'door-2'])
    await page.getByPlaceholder('Name, remark, pattern or text').fill('nothing like it')
    await page.getByText('Nothing matches the filter.').waitFor()
    visitor.expectQuiet()
  })

  test('deleting names what it does, asks for the name, and leaves the others', async () => {
    const instance = await instanceWith('stays', 'goes')
    const visitor = await openList(instance)
    const { page } = visitor
    await page.getByRole('button', { name: 'Actions of goes' }).click()
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete a rule' })
    await dialog.getByText('get nothing from goes any more').waitFor()
    expect(await dialog.getByRole('button', { name: 'Delete the rule' }).isDisabled()).toBe(true)
    await visitor.expectAccessible()
    await dialog.getByLabel('Type goes to confirm').fill('goes')
    await page.keyboard.press('Enter')
    await expectOrder(page, ['stays'])
    expect((await rulesOf(admin.system, instance.id)).map(({ name }) => name)).toEqual(['stays'])
    visitor.expectQuiet()
  })

  test('a copy begins under a free name and changes nothing until it is created', async () => {
    const instance = await instanceWith('original')
    const visitor = await openList(instance)
    const { page } = visitor
    await page.getByRole('button', { name: 'Actions of original' }).click()
    await page.getByRole('menuitem', { name: 'Duplicate' }).click()
    await page.getByRole('heading', { name: 'New rule' }).waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('original-copy')
    expect(await rulesOf(admin.system, instance.id)).toHaveLength(1)
    await page.getByRole('button', { name: /^Create the rule/ }).click()
    await page.getByRole('heading', { name: 'original-copy' }).waitFor()
    expect(await rulesOf(admin.system, instance.id)).toHaveLength(2)
    visitor.expectQuiet()
  })

  test('more rules than one request brings are all there, page by page, and move across pages', {
    timeout: manyRulesTimeoutMs
  }, async () => {
    const all = Array.from({ length: manyRules }, (_, index) => `rule-${String(index).padStart(3, '0')}`)
    const instance = await admin.system.instance(
      { name: 'many', limits: { rulesMax: 200 } },
      all.map((name) => ruleNamed(name))
    )
    const visitor = await openList(instance)
    const { page } = visitor
    await expectOrder(page, all.slice(0, 100))
    await page.getByRole('link', { name: 'rule-099' }).focus()
    await page.keyboard.press('Alt+ArrowDown')
    await expect.poll(async () => (await namesShown(page))[99]).toBe('rule-100')
    await page.getByRole('button', { name: 'Next page' }).click()
    await page.waitForURL(/cursor=.*100/)
    await expectOrder(page, ['rule-099', ...all.slice(101)])
    visitor.expectQuiet()
  })

  test.each(['light', 'dark'] as const)(
    'hostile texts run nothing and break no layout: %s',
    async (colorScheme) => {
      const text = `${hostile}\u202egnp.\u0007${'long-'.repeat(40)}`
      const instance = await admin.system.instance({ name: `hostile-${colorScheme}` }, [
        ruleNamed('hostile', {
          remark: `${hostile}\u202egnp`,
          condition: { clientId: text, topic: `cmd/${text.replaceAll('/', '_').replaceAll('#', '')}` },
          actions: {
            responseTopic: `r/${'long-'.repeat(40)}`,
            correlationData: text,
            userProperties: [{ key: text, value: text }]
          }
        })
      ])
      const visitor = await openList(instance, { viewport: phone, colorScheme })
      await expectOrder(visitor.page, ['hostile'])
      await visitor.page.getByText('\\u202e').first().waitFor()
      expect(await visitor.page.evaluate('globalThis.ran')).toBeUndefined()
      await visitor.expectNoSidewaysScroll()
      await visitor.expectAccessible()
      visitor.expectQuiet()
    }
  )
})
