import type { EnhancementRule, EnhancementRuleCreate, Instance } from '@parley/contracts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { Client } from '../support/mqtt-client.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'
import {
  doorReplies,
  editor,
  outcome,
  preview,
  ruleNamed,
  rulesOf,
  rulesPath,
  saveByKeys,
  template
} from './support/rules-ui.js'
import { phone, type Visitor, type VisitorOptions } from './support/visitor.js'

/** The browser itself reports an answer that is not 2xx. */
const refused = 'status of 422'
const conflict = 'status of 412'
const missing = 'status of 404'
const hostile = '<img src=x onerror="globalThis.ran=1"><script>ran=1</script>'

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin
let names = 0

interface Opened {
  visitor: Visitor
  instance: Instance
  rule: EnhancementRule
}

/** The editor on a rule of an instance of its own, once the preview has answered. */
async function openRule(
  body: EnhancementRuleCreate = doorReplies,
  others: EnhancementRuleCreate[] = [],
  options?: VisitorOptions
): Promise<Opened> {
  const instance = await admin.system.instance({ name: `editor-${++names}` }, [body, ...others])
  const rule = (await rulesOf(admin.system, instance.id)).find(({ name }) => name === body.name)!
  const visitor = await admin.signedIn(cleanups, `${rulesPath(instance.id)}/${rule.id}`, options)
  await preview(visitor.page)
    .getByText(/This rule/)
    .first()
    .waitFor()
  return { visitor, instance, rule }
}

async function saved({ instance, rule }: Opened): Promise<EnhancementRule | undefined> {
  return (await rulesOf(admin.system, instance.id)).find(({ id }) => id === rule.id)
}

function changeElsewhere({ instance, rule }: Opened, patch: object): Promise<EnhancementRule> {
  return admin.system.rest.patchRule({ instanceId: instance.id, ruleId: rule.id }, patch)
}

describeInBrowser('the editor of a rule', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test('variables are completed by the keyboard, with what the sample message has', async () => {
    const { visitor } = await openRule()
    const { page } = visitor
    const field = template(page, 'Response topic')
    await field.focus()
    await page.keyboard.press('End')
    await page.keyboard.type('/${')
    const list = page.getByRole('listbox', { name: 'Variables' })
    await list.getByRole('option', { name: /payload\.requestId.*r-1/ }).waitFor()
    await list.getByRole('option', { name: /topic\[1\].*door/ }).waitFor()
    expect(await field.getAttribute('aria-expanded')).toBe('true')
    await visitor.expectAccessible()
    await page.keyboard.type('pay')
    const options = list.getByRole('option')
    await expect.poll(() => options.count()).toBe(3)
    await page.keyboard.press('ArrowDown')
    const active = await field.getAttribute('aria-activedescendant')
    expect(await page.locator(`[id="${active}"]`).innerText()).toContain('payload.action')
    await page.keyboard.press('Enter')
    expect(await field.inputValue()).toBe('replies/${clientId}/${payload.action}')
    await page.keyboard.type('/${user:-nobody}')
    for (let times = 0; times < ':-nobody}'.length; times++) await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Tab')
    expect(await field.inputValue()).toBe('replies/${clientId}/${payload.action}/${username:-nobody}')
    await page.keyboard.type('/${')
    await list.waitFor()
    await page.keyboard.press('Escape')
    await list.waitFor({ state: 'detached' })
    expect(await field.inputValue()).toContain('/${')
    visitor.expectQuiet(refused)
  })

  test('an unknown variable is marked while it is typed, with the one that was probably meant', async () => {
    const opened = await openRule()
    const { page } = opened.visitor
    const field = template(page, 'Correlation data')
    await field.fill('${clientld}')
    await editor(page).getByText('unknown variable ${clientld}; did you mean ${clientId}?').waitFor()
    expect(await field.getAttribute('aria-invalid')).toBe('true')
    await preview(page).getByText('The preview waits until the marked fields are right.').waitFor()
    await page.getByRole('button', { name: /^Review and save/ }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(() => page.evaluate('document.activeElement.value')).toBe('${clientld}')
    expect((await saved(opened))?.revision).toBe(opened.rule.revision)
    await field.fill('${clientId}')
    await outcome(page, 'Correlation data').getByText('old-requester').waitFor()
    opened.visitor.expectQuiet(refused)
  })

  test('the preview says who sets what, what is left out and why, and which rules apply', async () => {
    const first = ruleNamed('first', {
      priority: 1,
      actions: { responseTopic: 'early/${clientId}', userProperties: [{ key: 'by', value: 'first' }] }
    })
    const elsewhere = ruleNamed('elsewhere', { condition: { topic: 'other/#' } })
    const { visitor } = await openRule(doorReplies, [first, elsewhere])
    const { page } = visitor
    const shown = preview(page)
    await outcome(page, 'Response topic').getByRole('link', { name: 'first' }).waitFor()
    await outcome(page, 'Correlation data').getByText('this rule').waitFor()
    await shown.getByText('A rule that applies earlier has set it:').waitFor()
    await shown.getByText('2 rules apply').click()
    await shown.getByText('1 rule does not').click()
    await shown.getByText('topic does not match').waitFor()

    await shown.getByLabel('Payload').fill('{}')
    await shown.getByText('${payload.requestId} has no value in this message.').waitFor()
    await shown.getByLabel('MQTT version').selectOption('5.0')
    await shown.getByLabel('Correlation data').fill('its own')
    await outcome(page, 'its own').getByText('the publisher').waitFor()
    await shown.getByText('The publisher set it itself, and the rule does not override.').waitFor()
    await shown.getByLabel('Topic', { exact: true }).fill('elsewhere')
    await shown.getByText('The topic elsewhere does not match cmd/#.').waitFor()
    await visitor.expectAccessible()
    await shown.getByRole('button', { name: 'Fill in a message that matches' }).click()
    await shown.getByText('This rule applies to the message.').waitFor()
    await page.reload()
    expect(await shown.getByLabel('Topic', { exact: true }).inputValue()).toBe('cmd/x')
    expect(await shown.getByLabel('Payload').inputValue()).toBe('{}')
    visitor.expectQuiet()
  })

  test('what changes is shown before it is saved, and the next message has it', async () => {
    const opened = await openRule()
    const { visitor, instance } = opened
    const { page } = visitor
    await template(page, 'Correlation data').fill('${payload.requestId}-${qos}')
    await page.getByRole('button', { name: 'Add a user property' }).click()
    await page.keyboard.type('via')
    await page.keyboard.press('Tab')
    await page.keyboard.type('${topic[1]}')
    await page.keyboard.press('Control+s')
    const dialog = page.getByRole('dialog', { name: 'Save these changes?' })
    const row = (name: string) => dialog.getByRole('row').filter({ hasText: name })
    await row('Correlation data').getByRole('insertion').getByText('-${qos}').waitFor()
    await row('User properties').getByText('not set').waitFor()
    expect(await dialog.getByRole('row').count()).toBe(3)
    await visitor.expectAccessible()
    await page.keyboard.press('Enter')
    await page.getByText('Live on 1 of 1 node.').waitFor()
    const client = await Client.connect(instance.endpoints.mqtt, { version: 5 }, cleanups)
    await client.subscribe('cmd/door', 1)
    await client.publish('cmd/door', '{"requestId":"r-9"}', 1)
    const { properties } = await client.message('cmd/door')
    expect(properties.correlationData?.toString()).toBe('r-9-1')
    expect(properties.userProperties).toEqual({ via: 'door' })
    await page.getByText('No changes').or(page.getByText('Live on')).first().waitFor()
    visitor.expectQuiet(refused)
  })

  test('user properties are sorted and removed, and only what remains is saved', async () => {
    const opened = await openRule(
      ruleNamed('props', {
        actions: { userProperties: ['a', 'b', 'c'].map((key) => ({ key, value: `value ${key}` })) }
      })
    )
    const { page } = opened.visitor
    await page.getByRole('button', { name: 'Move user property 3 up' }).click()
    await page.getByText('It is user property 2 now.').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: 'Remove user property 1' }).click()
    await saveByKeys(page)
    await page.getByText('Live on 1 of 1 node.').waitFor()
    expect((await saved(opened))?.actions).toEqual({
      userProperties: [
        { key: 'c', value: 'value c' },
        { key: 'b', value: 'value b' }
      ]
    })
    opened.visitor.expectQuiet()
  })

  test('two people change one rule: both versions are shown, and nothing of either is lost unasked', async () => {
    const opened = await openRule()
    const { visitor } = opened
    const { page } = visitor
    await page.getByLabel('Remark').fill('mine')
    await template(page, 'Response topic').fill('mine/${clientId}')
    await changeElsewhere(opened, { remark: 'theirs', actions: { messageExpiryInterval: 30 } })
    await saveByKeys(page)
    const dialog = page.getByRole('dialog', { name: 'Somebody else changed this rule' })
    await dialog.getByText('1 field to choose').waitFor()
    await visitor.expectAccessible()
    expect(await dialog.getByRole('button', { name: 'Save the result' }).isDisabled()).toBe(true)
    const choice = (field: string) => dialog.getByRole('radiogroup', { name: field })
    expect(await choice('Response topic').getByRole('radio', { name: /Yours/ }).isChecked()).toBe(true)
    expect(
      await choice('Message expiry')
        .getByRole('radio', { name: /Theirs/ })
        .isChecked()
    ).toBe(true)
    await choice('Remark')
      .getByRole('radio', { name: /Theirs/ })
      .click()
    // A third version comes in between: its field is not lost either.
    await changeElsewhere(opened, { priority: 7 })
    await dialog.getByRole('button', { name: 'Save the result' }).click()
    await choice('Priority').waitFor()
    await dialog.getByRole('button', { name: 'Save the result' }).click()
    await page.getByText('Live on 1 of 1 node.').waitFor()
    expect(await saved(opened)).toMatchObject({
      remark: 'theirs',
      priority: 7,
      actions: { ...doorReplies.actions, responseTopic: 'mine/${clientId}', messageExpiryInterval: 30 }
    })
    visitor.expectQuiet(conflict)
  })

  test('a rule that was deleted meanwhile is saved as a new one with what was typed', async () => {
    const { visitor, instance, rule } = await openRule()
    const { page } = visitor
    await page.getByLabel('Remark').fill('typed before')
    await admin.system.rest.send('DELETE', `/instances/${instance.id}/enhancement-rules/${rule.id}`)
    await saveByKeys(page)
    const dialog = page.getByRole('dialog', { name: 'This rule was deleted meanwhile' })
    await dialog.waitFor()
    await visitor.expectAccessible()
    await dialog.getByRole('button', { name: 'Save as a new rule' }).click()
    await page.getByText('Live on 1 of 1 node.').waitFor()
    const rules = await rulesOf(admin.system, instance.id)
    expect(rules).toMatchObject([{ name: 'door-replies', remark: 'typed before' }])
    expect(page.url()).toContain(rules[0]!.id)
    visitor.expectQuiet(missing)
  })

  test('a name that is taken is said at the name, and a rule that does nothing at its actions', async () => {
    const { visitor, instance } = await openRule()
    const { page } = visitor
    await page.goto(`${rulesPath(instance.id)}/new`)
    await page.getByLabel('Name', { exact: true }).fill('door-replies')
    await preview(page).getByText('This rule sets nothing yet').waitFor()
    await page.keyboard.press('Control+s')
    await editor(page)
      .getByText(/set at least one action|must NOT have fewer/)
      .waitFor()
    await template(page, 'Response topic').fill('replies/x')
    await page.keyboard.press('Control+s')
    await editor(page).getByText('Another rule of this instance is named door-replies.').waitFor()
    expect(await page.getByLabel('Name', { exact: true }).getAttribute('aria-invalid')).toBe('true')
    expect(await rulesOf(admin.system, instance.id)).toHaveLength(1)
    visitor.expectQuiet(refused, 'status of 409')
  })

  test('leaving what is not saved asks first, and a reload brings it back', async () => {
    const { visitor } = await openRule()
    const { page } = visitor
    await page.getByLabel('Remark').fill('not saved')
    await page.getByRole('link', { name: 'Users' }).click()
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' })
    await visitor.expectAccessible()
    await dialog.getByRole('button', { name: 'Stay' }).click()
    expect(await page.getByLabel('Remark').inputValue()).toBe('not saved')
    page.once('dialog', (question) => void question.accept())
    await page.reload()
    await page.getByText('What you typed before is back.').waitFor()
    expect(await page.getByLabel('Remark').inputValue()).toBe('not saved')
    await page.getByRole('link', { name: 'Users' }).click()
    await dialog.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { name: 'Users', exact: true }).waitFor()
    await page.goBack()
    await expect.poll(() => page.getByLabel('Remark').inputValue()).toBe('')
    visitor.expectQuiet()
  })

  test('a session that ends while somebody types costs a sign-in, and nothing that was typed', async () => {
    const { visitor } = await openRule()
    const { page } = visitor
    await page.getByLabel('Remark').fill('typed by somebody')
    await visitor.context.clearCookies()
    await saveByKeys(page)
    await page.waitForURL(/\/sign-in/)
    await page.getByLabel('Email').fill(admin.account.email)
    await page.getByLabel('Password', { exact: true }).fill(admin.account.password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('What you typed before is back.').waitFor()
    expect(await page.getByLabel('Remark').inputValue()).toBe('typed by somebody')
    visitor.expectQuiet('status of 401')
  })

  test.each(['light', 'dark'] as const)(
    'hostile texts run nothing and break no layout: %s',
    async (colorScheme) => {
      const text = `${hostile}\u202egnp.${'long-'.repeat(40)}`
      const body = ruleNamed('hostile', {
        remark: hostile,
        condition: { topic: '*' },
        actions: { correlationData: text, userProperties: [{ key: text, value: '${payload.x}' }] }
      })
      const { visitor } = await openRule(body, [], { viewport: phone, colorScheme })
      const { page } = visitor
      const shown = preview(page)
      await shown.getByLabel('Client id').fill(hostile)
      await shown.getByLabel('Payload').fill(JSON.stringify({ x: text, [hostile]: hostile }))
      await outcome(page, 'User property').getByText('\\u202e').first().waitFor()
      await page.getByLabel('Remark').fill(`${hostile} changed`)
      await page.getByRole('combobox', { name: 'Response topic' }).first().fill('a/${')
      await page.getByRole('listbox', { name: 'Variables' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('combobox', { name: 'Response topic' }).first().fill('')
      await page.keyboard.press('Control+s')
      await page.getByRole('dialog', { name: 'Save these changes?' }).waitFor()
      await visitor.expectAccessible()
      await visitor.expectNoSidewaysScroll()
      expect(await page.evaluate('globalThis.ran')).toBeUndefined()
      visitor.expectQuiet(refused)
    }
  )
})
