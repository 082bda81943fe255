import type { DevFile } from '@parley/contracts'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { mayUseMosquitto } from '../support/mosquitto.js'
import { Client } from '../support/mqtt-client.js'
import { NpmStart, startSettings } from '../support/npm-start.js'
import { expectReply, replyFields } from '../support/replies.js'
import { ShellCommand } from '../support/shell.js'
import { countActivations } from './support/activations.js'
import { describeInBrowser, launchChromium } from './support/chromium.js'
import {
  connectBoth,
  nextButton,
  reply,
  replyField,
  sendRequest,
  steps,
  timeline
} from './support/try-it-pane.js'
import { Visitor, type VisitorOptions } from './support/visitor.js'

const clicksMax = 8
const tabsMax = 60
const whole = new Cleanups()
const cleanups = new Cleanups()
let dev: DevFile
let browser: Browser

describeInBrowser('the first-run tour', () => {
  beforeAll(async () => {
    browser = await launchChromium()
    whole.add(() => browser.close())
    dev = await new NpmStart(await startSettings(whole), whole).ready()
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test('leads from the sign-in to a seen reply in at most 8 clicks', async () => {
    const visitor = await newVisitor()
    const { page } = visitor
    const activations = await countActivations(visitor)
    await fillInSignIn(page)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'Show me' }).click()
    await nextButton(page)
      .and(page.getByRole('button', { name: 'Connect both' }))
      .click()
    await nextButton(page)
      .and(page.getByRole('button', { name: 'Send the request' }))
      .click()
    await reply(page).waitFor()
    expectFewClicks('with the pointer, MQTT 5', activations.count)

    for (const field of replyFields) await replyField(reply(page), field).waitFor()
    await replyField(reply(page), 'pubProps.correlationData').getByText('c-1').waitFor()
    await timeline(page).getByText('Correlation Data came back as a property.').waitFor()
    await timeline(page).getByText('Acknowledgement sent: PUBACK').waitFor()
    await timeline(page).getByText('The server accepted it: PUBACK').waitFor()
    const happened = await steps(page)
    expect([...happened].sort()).toEqual(['accepted', 'acknowledged', 'arrived', 'published', 'replied'])
    expect(happened.filter((step) => step !== 'accepted')).toEqual([
      'published',
      'arrived',
      'acknowledged',
      'replied'
    ])
    await page.getByRole('region', { name: 'What happened', exact: true }).waitFor()
    await visitor.expectAccessible()
    visitor.expectQuiet()
  })

  test('takes at most 8 clicks for an old requester too, the rule that it needs included', async () => {
    const visitor = await newVisitor()
    const { page } = visitor
    const activations = await countActivations(visitor)
    await fillInSignIn(page)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'Show me' }).click()
    await page.getByText('MQTT 3.1.1 with a rule').click()
    await page.getByRole('button', { name: 'Create the example rule' }).click()
    await page.getByText('This rule sets its Response Topic:').waitFor()
    await connectBoth(page)
    await sendRequest(page)
    await reply(page).waitFor()
    expectFewClicks('with the pointer, MQTT 3.1.1', activations.count)
    await timeline(page).getByText('No properties in 3.1.1: the correlation is inside pubProps.').waitFor()
    await replyField(reply(page), 'pubProps.correlationData').getByText('r-1').waitFor()
    visitor.expectQuiet()
  })

  test('goes by keyboard alone, on a phone as well', async () => {
    const visitor = await newVisitor({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
    const { page } = visitor
    const activations = await countActivations(visitor)
    await fillInSignIn(page)
    await page.keyboard.press('Enter')
    await page.getByRole('link', { name: 'Show me' }).waitFor()
    await tabTo(page, 'Show me')
    await page.keyboard.press('Enter')
    await nextButton(page).waitFor()
    await tabTo(page, 'Connect both')
    await page.keyboard.press('Enter')
    // The same button, still focused, leads through all of it.
    await page.getByRole('button', { name: 'Send the request' }).waitFor()
    await page.keyboard.press('Enter')
    await reply(page).waitFor()
    expectFewClicks('with the keyboard', activations.count)
    await visitor.expectNoSidewaysScroll()
    await visitor.expectAccessible()
    visitor.expectQuiet()
  })

  test('invites on the list and at home until a reply was seen or the invitation is sent away', async () => {
    const visitor = await newVisitor()
    const { page } = visitor
    const invitation = page.getByRole('region', { name: 'See a reply in 30 seconds' })
    const home = `/instances/${dev.demo.instanceId}`
    await visitor.signIn(dev.adminEmail, dev.adminPassword, '/instances')
    await invitation.waitFor()
    await visitor.expectAccessible()
    await page.goto(home)
    await invitation.waitFor()
    await invitation.getByRole('button', { name: 'Do not show this again' }).click()
    await invitation.waitFor({ state: 'detached' })
    await page.goto('/instances')
    await page.getByRole('main').getByText('demo').first().waitFor()
    expect(await invitation.count()).toBe(0)

    await page.goto(`${home}/try-it`)
    // Only the invitation that was sent away: the browser keeps there as well that somebody is signed in.
    await page.evaluate(`localStorage.removeItem('parley-tour')`)
    await page.reload()
    await connectBoth(page)
    await sendRequest(page)
    await reply(page).waitFor()
    await page.goto(home)
    await page.getByRole('heading', { level: 1, name: 'demo' }).waitFor()
    expect(await invitation.count()).toBe(0)
    visitor.expectQuiet()
  })

  test.skipIf(!mayUseMosquitto()).each(['MQTT 5', 'MQTT 3.1.1 with a rule'])(
    'shows commands that play the same scene in two terminals: %s',
    async (version) => {
      const visitor = await newVisitor()
      const { page } = visitor
      await visitor.signIn(dev.adminEmail, dev.adminPassword, `/instances/${dev.demo.instanceId}/try-it`)
      await page.getByText(version, { exact: true }).first().click()
      await makeRuleIfNeeded(page, version)
      await connectBoth(page)
      await sendRequest(page)
      const [first, second] = await copyCommands(page)
      // The responder of the page leaves: only the one in the terminal is there to answer.
      await page.goto('/instances')

      const herald = await Client.connect(dev.demo.wsUrl, { version: 4 }, cleanups)
      await herald.retain('try-it/ready', 'yes')
      cleanups.add(() => herald.retain('try-it/ready', ''))
      const responder = new ShellCommand(first!, cleanups)
      await responder.prints('try-it/ready yes')
      const requester = new ShellCommand(second!, cleanups)
      expectReply(await requester.output(), { instanceId: dev.demo.instanceId, topic: 'try-it/door' })
      await responder.prints('try-it/door {"requestId":"r-1","open":true}')
    }
  )
})

function newVisitor(options?: VisitorOptions): Promise<Visitor> {
  return Visitor.come(browser, dev.adminUrl, cleanups, options)
}

async function fillInSignIn(page: Page): Promise<void> {
  await page.goto('/')
  await page.getByLabel('Email').fill(dev.adminEmail)
  await page.getByLabel('Password', { exact: true }).fill(dev.adminPassword)
}

function expectFewClicks(way: string, count: number): void {
  console.log(`from the sign-in to a seen reply, ${way}: ${count} clicks (bound ${clicksMax})`)
  expect(count).toBeLessThanOrEqual(clicksMax)
  // Less would mean that something was not counted.
  expect(count).toBeGreaterThanOrEqual(4)
}

async function copyCommands(page: Page): Promise<string[]> {
  const commands: string[] = []
  await reply(page).waitFor()
  for (const button of await page
    .getByRole('region', { name: 'What happened', exact: true })
    .getByRole('button', { name: /^Copy/ })
    .all()) {
    await button.click()
    commands.push((await page.evaluate('navigator.clipboard.readText()')) as string)
  }
  return commands
}

/** Presses Tab until what has this text is focused. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let tabs = 0; tabs < tabsMax; tabs++) {
    if ((await page.evaluate('document.activeElement.textContent')) === text) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`not reached with ${tabsMax} tabs: ${text}`)
}

/** The first old requester of the instance makes the rule, those after it find it. */
async function makeRuleIfNeeded(page: Page, version: string): Promise<void> {
  if (version === 'MQTT 5') return
  const found = page.getByText('This rule sets its Response Topic:')
  const create = page.getByRole('button', { name: 'Create the example rule' })
  await found.or(create).first().waitFor()
  if (await create.isVisible()) await create.click()
  await found.waitFor()
}
