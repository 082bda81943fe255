import type { AuthorizationPolicy, Instance } from '@parley/contracts'
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { until, within } from '../support/conditions.js'
import { Client } from '../support/mqtt-client.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'
import { hostileTexts, watchForScripts } from './support/hostile-texts.js'
import { pressUntil } from './support/keys.js'
import { phone, type Visitor, type VisitorOptions } from './support/visitor.js'

const effectiveWithinMs = 1_000
const everything = ['connect', 'publish', 'subscribe']
const patternCharactersMax = 256

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin

interface Stage {
  instance: Instance
  visitor: Visitor
  page: Page
}

/** An instance with these policies, and somebody who looks at them. */
async function stage(
  name: string,
  policies: readonly object[],
  options: VisitorOptions & { enabled?: boolean } = {}
): Promise<Stage> {
  const { enabled = true, ...visit } = options
  const instance = await admin.system.instance({ name, authorization: { enabled } })
  for (const policy of policies) await add(instance, policy)
  await admin.system.rolledOut(instance.id)
  const visitor = await admin.signedIn(cleanups, `/instances/${instance.id}/policies`, visit)
  await visitor.page.getByRole('heading', { name: 'Ask the policies' }).waitFor()
  return { instance, visitor, page: visitor.page }
}

async function add({ id }: Instance, policy: object): Promise<AuthorizationPolicy> {
  const { status, body } = await admin.system.rest.send<AuthorizationPolicy>(
    'POST',
    `/instances/${id}/policies`,
    policy
  )
  expect(status).toBe(201)
  return body
}

async function saved({ id }: Instance): Promise<AuthorizationPolicy[]> {
  const { body } = await admin.system.rest.send<{ items: AuthorizationPolicy[] }>(
    'GET',
    `/instances/${id}/policies`
  )
  return body.items
}

async function orderIs(instance: Instance, page: Page, names: string[]): Promise<void> {
  await until(`the order is ${names.join(', ')}`, async () => {
    const order = (await saved(instance)).map(({ name }) => name)
    return order.join() === names.join() && (await shown(page)).join() === names.join()
  })
}

function shown(page: Page): Promise<string[]> {
  return page
    .getByRole('list', { name: /^Authorization policies/ })
    .getByRole('button', { name: /^Edit / })
    .allInnerTexts()
}

function connect({ endpoints }: Instance, clientId: string): Promise<Client> {
  return Client.connect(endpoints.mqtt, { version: 5, clientId }, cleanups)
}

async function ask(page: Page, fields: { clientId?: string; topic?: string }): Promise<void> {
  const form = page.getByRole('region', { name: 'Ask the policies' })
  if (fields.clientId !== undefined) await form.getByLabel('Client id').fill(fields.clientId)
  if (fields.topic !== undefined) await form.getByLabel(/^Topic/).fill(fields.topic)
  await form.getByLabel('Client id').press('Enter')
}

/** A row by the name of its policy. */
function row(page: Page, name: string): Locator {
  return page
    .getByRole('listitem')
    .filter({ has: page.getByRole('button', { name: `Edit ${name}`, exact: true }) })
}

const ended = (client: Client) =>
  within(effectiveWithinMs, 'the connection ends', () => until('ended', () => !client.connected))

describeInBrowser('authorization policies', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test('policies that are created with the form decide what clients may do', async () => {
    const { instance, visitor, page } = await stage('by-form', [])
    await page.getByText('No policies yet').waitFor()
    await page.getByText('Nobody gets in').waitFor()
    await expect(connect(instance, 'panel-1')).rejects.toThrow()
    const form = page.getByRole('dialog')
    await page.getByRole('button', { name: 'New policy' }).click()
    await form.getByLabel('Name', { exact: true }).fill('panels')
    await form.getByLabel('Client id').fill('panel-*')
    await form.getByLabel('Address').fill('nowhere')
    await form.getByLabel('Remark').fill('All of hall 7')
    await visitor.expectAccessible()
    await form.getByRole('button', { name: 'Create the policy' }).click()
    await form.getByLabel('Address').and(page.locator('[aria-invalid="true"]')).waitFor()
    await form.getByText(/not an IP address or a block of them/).waitFor()
    await form.getByLabel('Address').fill('127.0.0.0/8')
    await form.getByLabel('Name', { exact: true }).press('Enter')
    await form.waitFor({ state: 'detached' })
    await row(page, 'panels').getByText('from 127.0.0.0/8').waitFor()
    await page.getByText('Nobody gets in').waitFor({ state: 'detached' })

    await page.getByRole('button', { name: 'New policy' }).click()
    await form.getByLabel('Name', { exact: true }).fill('no-secrets')
    await form.getByText('deny', { exact: true }).click()
    await form.getByLabel('connect').uncheck()
    await form.getByLabel('publish', { exact: true }).uncheck()
    await form.getByLabel('Topic').fill('secret/${clientId}/#')
    await form.getByLabel('0', { exact: true }).uncheck()
    await form.getByLabel('Priority').fill('7')
    await form.getByRole('button', { name: 'Create the policy' }).click()
    await orderIs(instance, page, ['no-secrets', 'panels'])
    expect(await saved(instance)).toMatchObject([
      {
        effect: 'deny',
        actions: ['subscribe'],
        priority: 7,
        status: 'active',
        condition: {
          clientId: '*',
          username: '*',
          address: null,
          topic: 'secret/${clientId}/#',
          qos: [1, 2],
          retain: null
        }
      },
      {
        effect: 'allow',
        actions: everything,
        remark: 'All of hall 7',
        condition: { clientId: 'panel-*', address: '127.0.0.0/8', qos: [0, 1, 2] }
      }
    ])
    await admin.system.rolledOut(instance.id)
    const panel = await connect(instance, 'panel-1')
    await panel.subscribe('news', 1)
    await expect(panel.subscribe('secret/panel-1/#', 1)).rejects.toThrow()
    await expect(connect(instance, 'door-1')).rejects.toThrow()

    await row(page, 'panels').getByRole('button', { name: 'Actions of panels' }).click()
    await page.getByRole('menuitem', { name: 'Delete…' }).click()
    await page.getByLabel('Type panels to confirm').fill('panels')
    await visitor.expectAccessible()
    await page.getByRole('button', { name: 'Delete the policy' }).click()
    await row(page, 'panels').waitFor({ state: 'detached' })
    await ended(panel)
    visitor.expectQuiet('422')
  })

  test('the test form names the policy that decides, and asks again after every change', async () => {
    const { visitor, page } = await stage(
      'asked',
      [
        {
          name: 'no-secrets',
          effect: 'deny',
          actions: ['publish'],
          condition: { topic: 'secret/#' },
          priority: 1
        },
        {
          name: 'doors',
          effect: 'allow',
          actions: everything,
          condition: { clientId: 'door-*' },
          priority: 2
        }
      ],
      { colorScheme: 'dark' }
    )
    const verdict = page.locator('[data-verdict]')
    await ask(page, { clientId: 'door-1', topic: 'news' })
    await verdict.getByText('Allowed').waitFor()
    await row(page, 'doors').getByText('decides').waitFor()
    await ask(page, { topic: 'secret/plan' })
    await verdict.getByText('Denied').waitFor()
    await row(page, 'no-secrets').getByText('decides').waitFor()
    expect(await page.getByText('decides', { exact: true }).count()).toBe(1)
    await visitor.expectAccessible()

    await row(page, 'no-secrets').getByRole('switch').press('Space')
    await verdict.getByText('Allowed').waitFor()
    await row(page, 'doors').getByText('decides').waitFor()
    await row(page, 'no-secrets').getByRole('switch').press('Space')
    await verdict.getByText('Denied').waitFor()
    await row(page, 'doors').getByRole('button', { name: 'Move doors' }).press('Alt+ArrowUp')
    await verdict.getByText('Allowed').waitFor()

    await ask(page, { clientId: 'panel-1', topic: 'news' })
    await verdict.getByText('No policy matched: denied.').waitFor()
    expect(await page.getByText('decides', { exact: true }).count()).toBe(0)
    await page.getByRole('radiogroup', { name: 'Action' }).getByText('subscribe').click()
    await ask(page, { topic: 'not/#/a/filter' })
    await verdict.getByText('No policy matched: denied.').waitFor()
    visitor.expectQuiet()
  })

  test('the order is changed by the keyboard and by dragging, is saved, and keeps the focus', async () => {
    const named = (name: string) => ({ name, effect: 'allow', actions: everything })
    const { instance, visitor, page } = await stage('sorted', ['first', 'second', 'third'].map(named))
    const handle = (name: string) => page.getByRole('button', { name: `Move ${name}` })
    await handle('third').focus()
    await page.keyboard.press('Alt+ArrowUp')
    await page.keyboard.press('Alt+ArrowUp')
    await orderIs(instance, page, ['third', 'first', 'second'])
    await page.getByText('third is at place 1 of 3 now.').waitFor({ state: 'attached' })
    expect(await handle('third').evaluate((element) => element === element.ownerDocument.activeElement)).toBe(
      true
    )
    await page.keyboard.press('Alt+ArrowDown')
    await orderIs(instance, page, ['first', 'third', 'second'])
    expect(await handle('third').evaluate((element) => element === element.ownerDocument.activeElement)).toBe(
      true
    )

    await page.keyboard.press('Space')
    await page.getByText('Picked up third, place 2 of 3.').waitFor({ state: 'attached' })
    await pressUntil(page, 'ArrowDown', page.getByText('third is over place 3 of 3.'))
    await page.keyboard.press('Space')
    await orderIs(instance, page, ['first', 'second', 'third'])

    const [from, to] = await Promise.all([handle('third').boundingBox(), handle('first').boundingBox()])
    await page.mouse.move(from!.x + 5, from!.y + 5)
    await page.mouse.down()
    await page.mouse.move(from!.x + 5, from!.y - 10, { steps: 4 })
    await page.mouse.move(to!.x + 5, to!.y, { steps: 8 })
    await page.mouse.up()
    await orderIs(instance, page, ['third', 'first', 'second'])
    await page.reload()
    await orderIs(instance, page, ['third', 'first', 'second'])
    visitor.expectQuiet()
  })

  test('switching authorization on says whom it locks out, and does', async () => {
    const { instance, visitor, page } = await stage('off', [], { enabled: false })
    const client = await connect(instance, 'door-1')
    await page.getByText('switching it on now locks everybody out').waitFor()
    await visitor.expectAccessible()
    await page.getByRole('button', { name: 'Switch authorization on' }).click()
    await page.getByText('Nobody gets in').waitFor()
    await ended(client)
    await expect(connect(instance, 'door-1')).rejects.toThrow()
    await visitor.expectAccessible()
    visitor.expectQuiet()
  })

  test('who changed a policy meanwhile is not overwritten unseen: both versions are shown, one is chosen', async () => {
    const { instance, visitor, page } = await stage('contested', [
      { name: 'shared', effect: 'allow', actions: everything }
    ])
    const [policy] = await saved(instance)
    const path = `/instances/${instance.id}/policies/${policy!.id}`
    const form = page.getByRole('dialog')
    const edit = async (theirs: string, mine: string) => {
      await page.getByRole('button', { name: 'Edit shared' }).click()
      await admin.system.rest.send('PATCH', path, { remark: theirs })
      await form.getByLabel('Remark').fill(mine)
      await form.getByRole('button', { name: 'Save the policy' }).click()
      const versions = form.getByRole('row', { name: /^Remark/ })
      await versions.getByText(mine).waitFor()
      await versions.getByText(theirs).waitFor()
      expect(await form.getByRole('row').count()).toBe(2)
    }
    await edit('theirs-1', 'mine-1')
    expect((await saved(instance))[0]!.remark).toBe('theirs-1')
    await visitor.expectAccessible()
    await form.getByRole('button', { name: 'Save mine over it' }).click()
    await form.waitFor({ state: 'detached' })
    expect((await saved(instance))[0]!.remark).toBe('mine-1')

    await edit('theirs-2', 'mine-2')
    await form.getByRole('button', { name: 'Take the saved one' }).click()
    await expect.poll(() => form.getByLabel('Remark').inputValue()).toBe('theirs-2')
    await form.getByLabel('Remark').fill('theirs-2 and mine')
    await form.getByRole('button', { name: 'Save the policy' }).click()
    await form.waitFor({ state: 'detached' })
    expect((await saved(instance))[0]!.remark).toBe('theirs-2 and mine')
    visitor.expectQuiet('412')
  })

  test('what a policy holds is shown as text, and does not break the page of a phone', async () => {
    const texts = hostileTexts.filter((text) => !/\p{Control}/u.test(text))
    const patterns = texts.map((text) => text.slice(0, patternCharactersMax).replaceAll('{{', '{'))
    const { visitor, page } = await stage(
      'hostile',
      patterns.map((pattern, index) => ({
        name: `policy-${index}`,
        effect: 'deny',
        actions: ['connect'],
        condition: { clientId: pattern, username: pattern },
        remark: pattern.slice(0, 128)
      })),
      { viewport: phone }
    )
    const ran = await watchForScripts(page)
    await row(page, 'policy-0').getByText(texts[0]!, { exact: true }).first().waitFor()
    await visitor.expectNoSidewaysScroll()
    await visitor.expectAccessible()
    await page.getByRole('button', { name: 'Edit policy-0' }).click()
    await page.getByRole('dialog').getByLabel('Client id').waitFor()
    await visitor.expectNoSidewaysScroll()
    expect(await ran()).toBe(false)
    visitor.expectQuiet()
  })
})
