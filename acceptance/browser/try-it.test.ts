import type { EnhancementRule, Instance } from '@parley/contracts'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { until } from '../support/conditions.js'
import { Client } from '../support/mqtt-client.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'
import {
  connectBoth,
  fill,
  nextButton,
  pane,
  reply,
  replyField,
  sendRequest,
  steps,
  timeline
} from './support/try-it-pane.js'
import { desktop, phone, type Visitor, type VisitorOptions } from './support/visitor.js'

/** First byte of a DISCONNECT. */
const disconnectPacket = 0xe0
const noReplyAfterMs = 5_000
/** Of tests that wait for several pages or for a time that the page itself waits. */
const longTestMs = 60_000
const hostile = '<img src=x onerror="globalThis.ran=1"><script>ran=1</script>'
// Control characters are refused in a topic by the service itself.
const hostileTopic = `try-it/${hostile.replaceAll('/', '_')}\u202egnp.${'long-'.repeat(60)}`
const hostilePayload = `${hostile}\u0007\u202e`

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin
/** Lets everybody in, and has no rule. */
let line: Instance

describeInBrowser('Try it', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
    line = await admin.system.instance({ name: 'line' })
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test('a link to it leads there by way of the sign-in', async () => {
    const visitor = await admin.visitor(cleanups)
    const path = `/instances/${line.id}/try-it`
    await visitor.signIn(admin.account.email, admin.account.password, path)
    await visitor.page.waitForURL(`**${path}`)
    await visitor.page.getByRole('button', { name: 'Connect both' }).waitFor()
    visitor.expectQuiet()
  })

  test('a 3.1.1 requester gets its reply by a rule that one click makes, and its correlation inside pubProps', async () => {
    const instance = await admin.system.instance({ name: 'old-requester' })
    const neighbour = await admin.system.instance({ name: 'neighbour' })
    const overhears = await Client.connect(neighbour.endpoints.mqtt, { version: 5 }, cleanups)
    await overhears.subscribe('#', 1)
    const visitor = await open(instance)
    const { page } = visitor
    await page.getByText('MQTT 3.1.1 with a rule').click()
    await page.getByText('No active rule matches try-it/door.').waitFor()
    await page.getByRole('button', { name: 'Create the example rule' }).click()
    await page.getByText('This rule sets its Response Topic:').waitFor()
    await connectBoth(page)
    await sendRequest(page)
    await timeline(page).getByText('No properties in 3.1.1: the correlation is inside pubProps.').waitFor()
    await replyField(reply(page), 'pubProps.correlationData').getByText('r-1').waitFor()
    const rules = `/instances/${instance.id}/enhancement-rules`
    const { body } = await admin.system.rest.send<{ items: EnhancementRule[] }>('GET', rules)
    expect(body.items).toMatchObject([{ condition: { topic: 'try-it/door' }, status: 'active' }])
    expect(overhears.received).toEqual([])
    visitor.expectQuiet()
  })

  test('at QoS 2 both halves of the acknowledgement are seen, and PUBCOMP brings the reply', async () => {
    const visitor = await open(line)
    const { page } = visitor
    await pane(page, 'Responder').getByLabel('QoS').selectOption('2')
    await pane(page, 'Requester').getByLabel('QoS').selectOption('2')
    await connectBoth(page)
    await sendRequest(page)
    await replyField(reply(page), 'qos').getByText('"qos": 2').waitFor()
    await timeline(page).getByText('The server accepted it: PUBCOMP').waitFor()
    const happened = (await steps(page)).filter((step) => step !== 'accepted')
    expect(happened).toEqual(['published', 'arrived', 'acknowledged', 'acknowledged', 'replied'])
    await timeline(page).getByText('PUBREC sent: the first half').waitFor()
    await timeline(page).getByText('Acknowledgement sent: PUBCOMP').waitFor()
    await pane(page, 'Responder').getByText('PUBCOMP sent').waitFor()
    visitor.expectQuiet()
  })

  test('each responder of the instance answers: a reply for each is shown', async () => {
    const other = await Client.connect(line.endpoints.mqtt, { version: 4, clientId: 'gate-9' }, cleanups)
    await other.subscribe('try-it/+', 1)
    const { page } = await open(line)
    await connectBoth(page)
    await sendRequest(page)
    await reply(page).filter({ hasText: '"subscriberClientId": "gate-9"' }).waitFor()
    await reply(page).filter({ hasText: '"subscriberClientId": "door-' }).waitFor()
    expect(await reply(page).count()).toBe(2)
  })

  test('without a username nobody gets in where users are asked for; the refusal is in words, and nothing that is typed is kept', async () => {
    const instance = await admin.system.instance({ name: 'locked', authentication: { anonymous: false } })
    const password = 'a long enough password'
    await create(instance, 'users', { username: 'door-7', password })
    await admin.system.rolledOut(instance.id)
    const visitor = await open(instance, { colorScheme: 'dark' })
    const { page } = visitor
    await fill(page, 'Responder', 'Username', 'door-7')
    await fill(page, 'Responder', 'Password', 'wrong')
    await page.getByRole('button', { name: 'Connect both' }).click()
    const alert = pane(page, 'Responder').getByRole('alert')
    await alert
      .getByText('The server refused the connection: username or password is wrong (0x04).')
      .waitFor()
    await pane(page, 'Requester').getByText('username or password is wrong (0x86)').waitFor()
    expect(await alert.getByRole('link', { name: 'Users' }).getAttribute('href')).toBe(
      `/instances/${instance.id}/users`
    )
    await visitor.expectAccessible()

    await fill(page, 'Responder', 'Password', password)
    await connectBoth(page)
    await sendRequest(page)
    await replyField(reply(page), 'subscriberUsername').getByText('"door-7"').waitFor()
    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }])')
    expect(kept).not.toContain(password)
    expect(kept).not.toContain('door-7')
    const commands = await page.getByRole('region', { name: 'What happened', exact: true }).innerText()
    expect(commands).not.toContain(password)
    visitor.expectQuiet()
  })

  test('a publish that the policies refuse is shown with its reason', async () => {
    const instance = await admin.system.instance({ name: 'policies', authorization: { enabled: true } })
    await create(instance, 'policies', {
      name: 'listen-only',
      effect: 'allow',
      actions: ['connect', 'subscribe']
    })
    await admin.system.rolledOut(instance.id)
    const { page } = await open(instance)
    await connectBoth(page)
    await sendRequest(page)
    await timeline(page).getByText('The server refused the request: not authorised (0x87)').waitFor()
    expect(await steps(page)).toEqual(['published', 'refused'])
  })

  test(
    'when no reply comes it says what speaks for being the reason',
    async () => {
      const silent = await admin.system.instance({ name: 'silent', autoReply: { enabled: false } })
      await Promise.all([
        expectReason(line, 'The request went out at QoS 0.', (page) =>
          pane(page, 'Requester').getByLabel('QoS').selectOption('0')
        ),
        expectReason(silent, 'Replies are switched off for this instance.'),
        expectReason(line, 'The server found nobody subscribed', (page) =>
          fill(page, 'Requester', 'Topic', 'nobody/door')
        ),
        expectReason(line, 'The request carried no Response Topic', (page) =>
          page.getByText('MQTT 3.1.1 with a rule').click()
        )
      ])
    },
    longTestMs
  )

  test(
    'a suspended instance is not tried; suspended meanwhile it says so, and resumed the clients come back by themselves',
    async () => {
      const instance = await admin.system.instance({ name: 'suspended', status: 'suspended' })
      const visitor = await open(instance)
      const { page } = visitor
      await page.getByText('This instance is suspended', { exact: true }).waitFor()
      expect(await nextButton(page).isDisabled()).toBe(true)
      await visitor.expectAccessible()
      visitor.expectQuiet()

      await setStatus(instance, 'running')
      await page.reload()
      await connectBoth(page)
      await setStatus(instance, 'suspended')
      await pane(page, 'Responder').getByText('reconnecting', { exact: true }).waitFor()
      await pane(page, 'Requester').getByRole('alert').waitFor()
      await page.getByText('This instance is suspended', { exact: true }).waitFor()
      await setStatus(instance, 'running')
      await pane(page, 'Responder').getByText('connected', { exact: true }).waitFor()
      await pane(page, 'Requester').getByText('connected', { exact: true }).waitFor()
      await page.getByRole('button', { name: 'Send the request' }).click()
      await reply(page).waitFor()
      // The browser itself reports each attempt that found no endpoint.
      visitor.expectQuiet('WebSocket connection to')
    },
    longTestMs
  )

  test('leaving the page ends both connections', async () => {
    const visitor = await admin.signedIn(cleanups)
    const { page } = visitor
    const sockets = watchSockets(page)
    await page.goto(`/instances/${line.id}/try-it`)
    await connectBoth(page)
    expect(sockets).toHaveLength(2)
    await page.getByRole('link', { name: 'Rules' }).click()
    await until('both sockets are closed', () => sockets.every(({ closed }) => closed()))
    expect(sockets.map(({ lastByte }) => lastByte())).toEqual([disconnectPacket, disconnectPacket])
    visitor.expectQuiet()
  })

  test.each([desktop, phone])(
    'whatever devices send is text or hex, and nothing of it runs: $width px',
    async (viewport) => {
      const device = await Client.connect(line.endpoints.mqtt, { version: 5 }, cleanups)
      const visitor = await open(line, { viewport })
      const { page } = visitor
      await fill(page, 'Requester', 'Client id', hostile)
      await fill(page, 'Requester', 'Response Topic', `replies/${hostile}`)
      await fill(page, 'Requester', 'Correlation Data', hostile)
      await connectBoth(page)
      await device.publish(hostileTopic, hostilePayload, 1)
      await device.publishBytes('try-it/binary', new Uint8Array([0, 255, 254, 60, 98, 62]), 1)
      const inbox = pane(page, 'Responder').getByRole('region', { name: 'Messages that it received' })
      await inbox.getByText(`${hostile}\\u0007\\u202e`, { exact: true }).waitFor()
      await inbox.getByText('\\u202egnp.').waitFor()
      await inbox.getByText('00 ff fe 3c 62 3e').waitFor()
      await sendRequest(page)
      await replyField(reply(page), 'publisherClientId').getByText('<script>').waitFor()
      await device.publish(`replies/${hostile}`, `{"id":"${hostile}`, 1)
      await timeline(page).getByText('Another message arrived on').waitFor()
      expect(await page.evaluate('globalThis.ran')).toBeUndefined()
      expect(await page.getByRole('main').locator('img, script').count()).toBe(0)
      await visitor.expectNoSidewaysScroll()
      await visitor.expectAccessible()
      visitor.expectQuiet()
    }
  )
})

/** Signed in, and on the page of this instance. */
function open(instance: Instance, options?: VisitorOptions): Promise<Visitor> {
  return admin.signedIn(cleanups, `/instances/${instance.id}/try-it`, options)
}

async function create(instance: Instance, what: string, body: object): Promise<void> {
  const answer = await admin.system.rest.send('POST', `/instances/${instance.id}/${what}`, body)
  expect(answer).toMatchObject({ status: 201 })
}

async function setStatus({ id }: Instance, status: 'running' | 'suspended'): Promise<void> {
  await admin.system.rest.send('PATCH', `/instances/${id}`, { status })
  await admin.system.rolledOut(id)
}

/** Plays a request that cannot be answered, and waits for the page to say why. */
async function expectReason(
  instance: Instance,
  reason: string,
  prepare: (page: Page) => Promise<unknown> = async () => undefined
): Promise<void> {
  const visitor = await open(instance)
  const { page } = visitor
  await prepare(page)
  await connectBoth(page)
  await sendRequest(page)
  const alert = page.getByRole('alert').filter({ hasText: 'No reply within 5 s' })
  await alert.waitFor({ timeout: 2 * noReplyAfterMs })
  await alert.getByText(reason).waitFor()
  expect(await steps(page)).not.toContain('replied')
  await visitor.expectAccessible()
  visitor.expectQuiet()
}

function watchSockets(page: Page) {
  const sockets: { closed: () => boolean; lastByte: () => number | undefined }[] = []
  page.on('websocket', (socket) => {
    let lastByte: number | undefined
    socket.on('framesent', ({ payload }) => {
      if (typeof payload !== 'string') lastByte = payload[0]
    })
    sockets.push({ closed: () => socket.isClosed(), lastByte: () => lastByte })
  })
  return sockets
}
