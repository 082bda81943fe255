import { spawnSync } from 'node:child_process'
import type { Instance } from '@parley/contracts'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { until } from '../support/conditions.js'
import { mayUseMosquitto } from '../support/mosquitto.js'
import { Client } from '../support/mqtt-client.js'
import { Pasted } from '../support/run-shell.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'
import { phone, type Visitor } from './support/visitor.js'

const username = 'door-1'
const password = 'correct horse 7'
const withPaho =
  process.env.CI || spawnSync('/usr/bin/python3', ['-c', 'import paho.mqtt.client']).status === 0
/** An event comes each second; what is lost is noticed after 6 s of silence and tried again soon after. */
const noticedWithinMs = 30_000
/** Several programs are started one after the other. */
const walkTimeoutMs = 60_000

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin

describeInBrowser('the overview of an instance', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test.runIf(mayUseMosquitto())(
    'what it shows for mosquitto works as it is pasted: each requester gets the reply of the responder',
    async () => {
      const { page, visitor } = await homeOf(await admin.system.instance({ name: 'for-mosquitto' }))
      await startResponder(page, 'mosquitto')

      await chooseRole(page, 'Requester, MQTT 5')
      expectReply(await Pasted.shell((await pieces(page, 'mosquitto_rr'))[0]!, cleanups).done(), 'panel-1')
      expectReply(await askWithPair(page), 'panel-1')

      await chooseRole(page, 'Requester, MQTT 3.1.1')
      await Pasted.shell(await ruleCommand(page), cleanups, { KEY: admin.system.rest.apiKey }).done()
      expectReply(
        await Pasted.shell((await pieces(page, 'mosquitto_rr'))[0]!, cleanups).done(),
        'old-panel-1'
      )
      expectReply(await askWithPair(page), 'old-panel-1')
      visitor.expectQuiet()
    },
    walkTimeoutMs
  )

  test(
    'what it shows for MQTT.js works as it is pasted, with the login of a user in its place',
    async () => {
      const instance = await admin.system.instance({
        name: 'for-mqtt-js',
        authentication: { anonymous: false }
      })
      await makeUser(instance)
      const { page, visitor } = await homeOf(instance)
      expect(await page.getByRole('link', { name: 'Users', exact: true }).count()).toBe(2)
      await startResponder(page, 'MQTT.js')
      await chooseRole(page, 'Requester, MQTT 5')
      expectReply(await Pasted.module(loggedIn(await pieces(page, 'MQTT.js')), cleanups).done(), 'panel-1')
      await chooseRole(page, 'Requester, MQTT 3.1.1')
      await Pasted.shell(await ruleCommand(page), cleanups, { KEY: admin.system.rest.apiKey }).done()
      expectReply(
        await Pasted.module(loggedIn(await pieces(page, 'MQTT.js')), cleanups).done(),
        'old-panel-1'
      )
      visitor.expectQuiet()
    },
    walkTimeoutMs
  )

  test.runIf(withPaho)(
    'what it shows for Python works as it is pasted',
    async () => {
      const { page, visitor } = await homeOf(await admin.system.instance({ name: 'for-python' }))
      await startResponder(page, 'Python')
      await chooseRole(page, 'Requester, MQTT 5')
      expectReply(await Pasted.python((await pieces(page, 'Python'))[0]!, cleanups).done(), 'panel-1')
      await chooseRole(page, 'Requester, MQTT 3.1.1')
      await Pasted.shell(await ruleCommand(page), cleanups, { KEY: admin.system.rest.apiKey }).done()
      expectReply(await Pasted.python((await pieces(page, 'Python'))[0]!, cleanups).done(), 'old-panel-1')
      visitor.expectQuiet()
    },
    walkTimeoutMs
  )

  test(
    'the address of the instance is copied as it is, and stands in every piece',
    async () => {
      const instance = await admin.system.instance({ name: 'addresses' })
      const { page, visitor } = await homeOf(instance)
      await page.getByRole('button', { name: `Copy: ${instance.endpoints.mqtt}` }).click()
      expect(await page.evaluate('navigator.clipboard.readText()')).toBe(instance.endpoints.mqtt)
      await page.getByText(instance.endpoints.ws).waitFor()
      const { port } = new URL(instance.endpoints.mqtt)
      for (const role of ['Responder', 'Requester, MQTT 5', 'Requester, MQTT 3.1.1']) {
        await chooseRole(page, role)
        for (const tool of await page.getByRole('tab').allInnerTexts()) {
          for (const piece of await pieces(page, tool)) expect(piece, `${role}, ${tool}`).toContain(port)
        }
        await visitor.expectAccessible()
      }
      await page.emulateMedia({ colorScheme: 'dark' })
      await visitor.expectAccessible()
      await page.setViewportSize(phone)
      await visitor.expectAccessible()
      await visitor.expectNoSidewaysScroll()
      visitor.expectQuiet()
    },
    walkTimeoutMs
  )

  test('the figures follow what clients do, and nothing of it is announced; another instance shows none of it', async () => {
    const instance = await admin.system.instance({ name: 'busy' })
    const idle = await admin.system.instance({ name: 'idle' })
    const { page, visitor } = await homeOf(instance)
    const { page: idlePage } = await homeOf(idle)
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
    await page.evaluate(`
      globalThis.announced = []
      for (const region of document.querySelectorAll('[role=status], [aria-live]'))
        new MutationObserver(() => announced.push(region.textContent)).observe(region, { childList: true, characterData: true, subtree: true })
    `)
    const door = await Client.connect(instance.endpoints.mqtt, { version: 4 }, cleanups)
    await door.subscribe('cmd/#', 1)
    const panel = await Client.connect(instance.endpoints.mqtt, { version: 5 }, cleanups)
    await panel.subscribe('replies/panel', 1)
    for (let request = 0; request < 5; request++) {
      await panel.publish('cmd/door', 'open', 1, { responseTopic: 'replies/panel' })
    }
    await figure(page, 'connections', '2')
    await figure(page, 'requests', '5')
    await figure(page, 'replies', '5')
    await figure(page, 'messagesIn', '5')
    await figure(page, 'messagesOut', '10')
    expect(await page.locator('[data-counter="messagesIn"] polyline').count()).toBe(1)
    await page
      .getByRole('row', { name: /node-1/ })
      .getByText('current')
      .waitFor()
    await page
      .getByRole('row', { name: /node-1/ })
      .getByRole('cell', { name: '2', exact: true })
      .waitFor()
    expect(await page.evaluate('announced')).toEqual([])
    await figure(idlePage, 'connections', '0')
    await figure(idlePage, 'messagesIn', '0')
    visitor.expectQuiet()
  })

  test('what somebody else changes is on the page within seconds', async () => {
    const instance = await admin.system.instance({ name: 'changed-elsewhere' })
    const { page, visitor } = await homeOf(instance)
    await page.getByText('on for MQTT 3.1, 3.1.1').waitFor()
    await admin.system.rest.send('PATCH', `/instances/${instance.id}`, {
      status: 'suspended',
      autoReply: { enabled: false }
    })
    await page.getByText('This instance is suspended').waitFor()
    await page.getByRole('link', { name: 'off', exact: true }).waitFor()
    await visitor.expectAccessible()
    visitor.expectQuiet()
  })

  test(
    'while the API is silent the page says since when it reconnects, and is live again by itself',
    async () => {
      const { page, visitor } = await homeOf(await admin.system.instance({ name: 'silent-api' }))
      const state = page.getByRole('status')
      await state.getByText('Live', { exact: true }).waitFor()
      const { pid } = admin.system.api
      process.kill(pid, 'SIGSTOP')
      cleanups.add(async () => void process.kill(pid, 'SIGCONT'))
      await state.getByText(/^Reconnecting since \d\d:\d\d:\d\d$/).waitFor({ timeout: noticedWithinMs })
      await visitor.expectAccessible()
      process.kill(pid, 'SIGCONT')
      await state.getByText('Live', { exact: true }).waitFor({ timeout: noticedWithinMs })
      visitor.expectQuiet()
    },
    walkTimeoutMs
  )

  test('an instance that is deleted elsewhere ends the figures for good', async () => {
    const instance = await admin.system.instance({ name: 'deleted-elsewhere' })
    const { page, visitor } = await homeOf(instance)
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor()
    await admin.system.rest.send('DELETE', `/instances/${instance.id}`)
    await page.getByText('Ended: the instance or your session is gone').waitFor({ timeout: noticedWithinMs })
    visitor.expectQuiet('404')
  })

  test(
    'while Redis is away the last figures stay, and the page says that the nodes are not heard',
    async () => {
      const instance = await admin.system.instance({ name: 'redis-away' })
      await Client.connect(instance.endpoints.mqtt, { version: 4 }, cleanups)
      const { page, visitor } = await homeOf(instance)
      await figure(page, 'connections', '1')
      await admin.system.redis.stop()
      const state = page.getByRole('status')
      await state.getByText(/^Nodes not heard since/).waitFor({ timeout: noticedWithinMs })
      await figure(page, 'connections', '1')
      await visitor.expectAccessible()
      await admin.system.startRedis()
      await state.getByText('Live', { exact: true }).waitFor({ timeout: noticedWithinMs })
      visitor.expectQuiet()
    },
    walkTimeoutMs
  )
})

async function homeOf(instance: Instance): Promise<{ page: Page; visitor: Visitor }> {
  const visitor = await admin.signedIn(cleanups, `/instances/${instance.id}`)
  await visitor.page.getByRole('heading', { name: 'Connect a client' }).waitFor()
  return { page: visitor.page, visitor }
}

async function makeUser({ id }: Instance): Promise<void> {
  const { status } = await admin.system.rest.send('POST', `/instances/${id}/users`, { username, password })
  expect(status).toBe(201)
  await admin.system.rolledOut(id)
}

async function chooseRole(page: Page, role: string): Promise<void> {
  await page.getByRole('radiogroup', { name: 'What the client is' }).getByText(role, { exact: true }).click()
}

/** The texts that the page shows for this tool, for the role that is chosen. */
async function pieces(page: Page, tool: string): Promise<string[]> {
  await page.getByRole('tab', { name: tool, exact: true }).click()
  return page.getByRole('tabpanel').locator('pre').allInnerTexts()
}

async function ruleCommand(page: Page): Promise<string> {
  return page.locator('pre', { hasText: 'enhancement-rules' }).innerText()
}

function loggedIn([piece]: string[]): string {
  return piece!.replace('USERNAME', username).replace('PASSWORD', password)
}

/** Pastes the responder, and waits until it is subscribed: then it prints what is published to it. */
async function startResponder(page: Page, tool: 'mosquitto' | 'MQTT.js' | 'Python'): Promise<void> {
  await chooseRole(page, 'Responder')
  const text = loggedIn(await pieces(page, tool))
  const paste = { mosquitto: Pasted.shell, 'MQTT.js': Pasted.module, Python: Pasted.python }[tool]
  const responder = paste(text, cleanups)
  await figure(page, 'connections', '1')
  const address = /mqtt:\/\/[\d.:]+/.exec(await page.getByRole('main').innerText())![0]
  const probe = await Client.connect(address, { version: 4, username, password }, cleanups)
  await until('the responder is subscribed', async () => {
    if (!responder.running) throw new Error(`the responder ended: ${responder.stderr}`)
    await probe.publish('cmd/probe', 'subscribed?', 1)
    return responder.stdout.includes('subscribed?')
  })
  await probe.disconnect()
}

/** Pastes the two commands of mosquitto into two terminals; answers what the first one printed. */
async function askWithPair(page: Page): Promise<string> {
  const [listen, ask] = await pieces(page, 'mosquitto')
  const listener = Pasted.shell(listen!, cleanups)
  await figure(page, 'connections', '2')
  await Pasted.shell(ask!, cleanups).done()
  return listener.done()
}

function expectReply(printed: string, publisherClientId: string): void {
  const reply = JSON.parse(printed.slice(printed.indexOf('{'))) as Record<string, unknown>
  expect(reply).toMatchObject({
    publisherClientId,
    subscriberClientId: 'door-1',
    topic: 'cmd/door',
    pubProps: { correlationData: 'r-1' }
  })
}

async function figure(page: Page, counter: string, value: string): Promise<void> {
  await page.locator(`[data-counter="${counter}"]`).getByText(value, { exact: true }).waitFor()
}
