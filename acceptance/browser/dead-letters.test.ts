import { spawn } from 'node:child_process'
import type { Instance, ReplyJobView } from '@parley/contracts'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { until } from '../support/conditions.js'
import { mayUseMosquitto } from '../support/mosquitto.js'
import { Client } from '../support/mqtt-client.js'
import { expectNothingMore, settled } from '../support/settled.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'
import { hostileTexts, watchForScripts } from './support/hostile-texts.js'
import { phone, type VisitorOptions } from './support/visitor.js'

/** Given up after one attempt, so that dead letters are there in a moment. */
const hasty = { attempts: 1, firstDelayMs: 10, maxDelayMs: 10 }
/** Tried again after an hour: what waits stays where it is. */
const patient = { attempts: 3, firstDelayMs: 3_600_000, maxDelayMs: 3_600_000 }
const refreshWithinMs = 15_000
const commandTimeoutMs = 30_000

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin

interface Request {
  responseTopic: string
  correlation?: Buffer
  payload?: string
}

/** One reply for each request, from a responder that only acknowledges; nobody waits for any of them. */
async function leaveReplies(
  instance: Instance,
  responder: string,
  requests: readonly Request[]
): Promise<void> {
  const client = await connect(instance, 4, responder)
  await client.subscribe('gate/#', 1)
  const requester = await connect(instance, 5)
  for (const { responseTopic, correlation, payload = 'open' } of requests) {
    const properties = { responseTopic, ...(correlation && { correlationData: correlation }) }
    await requester.publish('gate/open', payload, 1, properties)
  }
  await until('all requests arrived', () => client.received.length === requests.length)
  await settled(client)
  await Promise.all([client.disconnect(), requester.disconnect()])
}

function connect({ endpoints }: Instance, version: 4 | 5, clientId?: string): Promise<Client> {
  return Client.connect(endpoints.mqtt, { version, ...(clientId && { clientId }) }, cleanups)
}

async function jobs({ id }: Instance, state = 'dead'): Promise<ReplyJobView[]> {
  const { body } = await admin.system.rest.send<{ items: ReplyJobView[] }>(
    'GET',
    `/instances/${id}/reply-jobs?state=${state}`
  )
  return body.items
}

function there(instance: Instance, count: number, state = 'dead'): Promise<void> {
  return until(`${count} replies are ${state}`, async () => (await jobs(instance, state)).length === count)
}

const path = ({ id }: Instance) => `/instances/${id}/dead-letters`
const rowOf = (page: Page, topic: string) => page.getByRole('row', { name: new RegExp(topic) })

describeInBrowser('dead letters', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test.runIf(mayUseMosquitto())(
    'the commands of the empty list leave a dead letter, which appears by itself',
    async () => {
      const instance = await admin.system.instance({ name: 'by-shell', autoReply: { retry: hasty } })
      const visitor = await admin.signedIn(cleanups, path(instance))
      const { page } = visitor
      await page.getByText('No dead letters').waitFor()
      const commands = await page.locator('pre').innerText()
      const shell = spawn('sh', ['-c', `${commands}\nwait`], { stdio: 'ignore', timeout: commandTimeoutMs })
      const code = await new Promise((resolve) => shell.once('exit', resolve))
      expect(code).toBe(0)
      await rowOf(page, 'replies/nobody').waitFor({ timeout: refreshWithinMs })
      expect(await jobs(instance)).toMatchObject([
        { responseTopic: 'replies/nobody', responderClientId: 'old-door', correlationDataBase64: 'NDI=' }
      ])
      visitor.expectQuiet()
    }
  )

  test('a dead letter is looked into, re-driven in vain while nobody waits, and published once somebody does', async () => {
    const instance = await admin.system.instance({ name: 'one', autoReply: { retry: hasty } })
    await leaveReplies(instance, 'gate-3', [{ responseTopic: 'answers/1', correlation: Buffer.from('c-1') }])
    await there(instance, 1)
    const visitor = await admin.signedIn(cleanups, path(instance))
    const { page } = visitor
    await page.getByRole('button', { name: 'Look into the reply to answers/1' }).click()
    const drawer = page.getByRole('dialog')
    await drawer.getByText('Nobody was subscribed to the response topic.').waitFor()
    await drawer.getByText('1 of 1').waitFor()
    await drawer.getByText('gate-3', { exact: true }).waitFor()
    await drawer.getByText('"subscriberClientId": "gate-3"').waitFor()
    await drawer.getByText('c-1', { exact: true }).waitFor()
    await drawer.getByText('Yy0x', { exact: true }).waitFor()
    await visitor.expectAccessible()
    await drawer.getByRole('button', { name: 'Copy: the payload as it is' }).click()
    expect(await page.evaluate<string>('navigator.clipboard.readText()')).toBe(
      (await jobs(instance))[0]!.payload
    )

    await drawer.getByRole('button', { name: 'Re-drive' }).click()
    await drawer.getByText('Re-driven: it is dead again.').waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('is dead again: Nobody was subscribed').waitFor()

    const requester = await connect(instance, 5, 'late-requester')
    await requester.subscribe('answers/1', 1)
    await rowOf(page, 'answers/1')
      .getByRole('button', { name: /^Re-drive/ })
      .click()
    await page.locator('[data-fate="published"]').getByText('was published').waitFor()
    const { text, properties } = await requester.message('answers/1')
    expect(JSON.parse(text)).toMatchObject({ subscriberClientId: 'gate-3', topic: 'gate/open' })
    expect(properties.correlationData?.toString()).toBe('c-1')
    await page.getByText('No dead letters').waitFor()
    await visitor.expectAccessible()
    await expectNothingMore(requester, 1)
    visitor.expectQuiet()
  })

  test('several are chosen, the choice outlives a refresh, and what is discarded is gone and nothing else', async () => {
    const instance = await admin.system.instance({ name: 'several', autoReply: { retry: hasty } })
    const topics = ['answers/1', 'answers/2', 'answers/3']
    await leaveReplies(
      instance,
      'gate-3',
      topics.map((responseTopic) => ({ responseTopic }))
    )
    await there(instance, 3)
    const visitor = await admin.signedIn(cleanups, path(instance), { colorScheme: 'dark' })
    const { page } = visitor
    const box = (topic: string) => rowOf(page, topic).getByRole('checkbox')
    await box('answers/1').check()
    await box('answers/3').check()
    await page.getByText('2 selected').waitFor()
    await visitor.expectAccessible()
    await leaveReplies(instance, 'gate-4', [{ responseTopic: 'answers/4' }])
    await rowOf(page, 'answers/4').waitFor({ timeout: refreshWithinMs })
    expect(await box('answers/1').isChecked()).toBe(true)
    expect(await box('answers/4').isChecked()).toBe(false)

    await page.getByRole('button', { name: 'Discard', exact: true }).click()
    const submit = page.getByRole('button', { name: 'Discard 2 replies' })
    await page.getByText(`2 replies of ${instance.name} are thrown away`).waitFor()
    expect(await submit.isDisabled()).toBe(true)
    await page.getByLabel('Type 2 to confirm').fill('2')
    await visitor.expectAccessible()
    await submit.click()
    await page.getByText('2 replies are discarded.').waitFor()
    await rowOf(page, 'answers/1').waitFor({ state: 'detached' })
    expect((await jobs(instance)).map(({ responseTopic }) => responseTopic).sort()).toEqual([
      'answers/2',
      'answers/4'
    ])

    const requester = await connect(instance, 5, 'late-requester')
    await requester.subscribe('answers/+', 1)
    await page.getByLabel('Select all rows').check()
    await page.getByRole('group', { name: '2 selected' }).getByRole('button', { name: 'Re-drive' }).click()
    await requester.message('answers/2')
    await requester.message('answers/4')
    await page.getByText('No dead letters').waitFor()
    await until(
      'both are told to be published',
      async () => (await page.locator('[data-fate="published"]').count()) === 2
    )
    await expectNothingMore(requester, 2)
    visitor.expectQuiet()
  })

  test('what waits is listed in a state of its own, and one of it is discarded by the name of the instance', async () => {
    const instance = await admin.system.instance({ name: 'waiting', autoReply: { retry: patient } })
    await leaveReplies(instance, 'gate-3', [{ responseTopic: 'answers/1' }, { responseTopic: 'answers/2' }])
    await there(instance, 2, 'waiting')
    const visitor = await admin.signedIn(cleanups, path(instance))
    const { page } = visitor
    await page.getByText('No dead letters').waitFor()
    await page.getByRole('radiogroup', { name: 'Which replies' }).getByText('Waiting').click()
    await page.waitForURL(/state=waiting/)
    await page.reload()
    await rowOf(page, 'answers/1').getByText('No attempt was made yet.').waitFor()
    await visitor.expectAccessible()
    await rowOf(page, 'answers/1')
      .getByRole('button', { name: /^Discard/ })
      .click()
    await page.getByLabel('Type waiting to confirm').fill('waiting')
    await page.getByRole('button', { name: 'Discard the reply', exact: true }).click()
    await rowOf(page, 'answers/1').waitFor({ state: 'detached' })
    expect((await jobs(instance, 'waiting')).map(({ responseTopic }) => responseTopic)).toEqual(['answers/2'])
    visitor.expectQuiet()
  })

  test('a page that nobody sees does not ask, and asks again when it is seen', async () => {
    const instance = await admin.system.instance({ name: 'unseen' })
    const visitor = await admin.signedIn(cleanups)
    const { page } = visitor
    await page.addInitScript(
      'Object.defineProperty(document, "visibilityState", { get: () => window.unseen ? "hidden" : "visible" })'
    )
    let asked = 0
    page.on('request', (request) => {
      if (request.url().includes('/reply-jobs')) asked++
    })
    await page.clock.install()
    await page.goto(path(instance))
    await page.getByText('No dead letters').waitFor()
    const see = (seen: boolean) =>
      page.evaluate(
        `window.unseen = ${!seen}; document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))`
      )
    await until('it asks by itself', async () => {
      await page.clock.runFor('00:06')
      return asked >= 2
    })
    await see(false)
    await page.clock.runFor('00:10')
    const before = asked
    await page.clock.runFor('05:00')
    expect(asked).toBe(before)
    await see(true)
    await until('it asks again', async () => {
      await page.clock.runFor('00:06')
      return asked > before
    })
    visitor.expectQuiet()
  })

  test('what devices chose is shown as text, and does not break the page of a phone', async () => {
    const instance = await admin.system.instance({ name: 'hostile', autoReply: { retry: hasty } })
    const topics = hostileTexts
      .filter((text) => !/[\p{Control}+#]/u.test(text))
      .map((text) => `answers/${text}`)
    const requests = topics.map((responseTopic, index) => ({
      responseTopic,
      correlation: index === 0 ? Buffer.from('<img src=x onerror=parleyRan()>') : Buffer.from([0xff, index])
    }))
    await leaveReplies(instance, '<script>parleyRan()</script>', requests)
    await there(instance, topics.length)
    const options: VisitorOptions = { viewport: phone }
    const visitor = await admin.signedIn(cleanups, path(instance), options)
    const { page } = visitor
    const ran = await watchForScripts(page)
    await page.getByText(topics[0]!, { exact: true }).waitFor()
    expect(await page.getByRole('row').count()).toBe(topics.length + 1)
    await visitor.expectNoSidewaysScroll()
    for (const index of [0, 1]) {
      const name = `Look into the reply to ${topics[index]}`
      await page.getByRole('button', { name, exact: true }).click()
      await page.getByRole('dialog').getByText('Correlation data').waitFor()
      await visitor.expectNoSidewaysScroll()
      await visitor.expectAccessible()
      const text = index === 0 ? '<img src=x onerror=parleyRan()>' : 'It is no text.'
      await page.getByRole('dialog').getByText(text, { exact: true }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    expect(await ran()).toBe(false)
    visitor.expectQuiet()
  })

  test('while the store is away the page says what to do, and shows the list once it is back', async () => {
    const instance = await admin.system.instance({ name: 'away' })
    const visitor = await admin.signedIn(cleanups)
    const { page } = visitor
    await page.route('**/reply-jobs?*', (route) =>
      route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        body: JSON.stringify({ status: 503, code: 'unavailable', detail: 'Redis cannot be reached.' })
      })
    )
    await page.goto(path(instance))
    await page.getByText('Redis cannot be reached.').waitFor({ timeout: refreshWithinMs })
    await page.getByText('try again in a few seconds').waitFor()
    await page.unroute('**/reply-jobs?*')
    await page.getByText('No dead letters').waitFor({ timeout: refreshWithinMs })
    visitor.expectQuiet('503')
  })
})
