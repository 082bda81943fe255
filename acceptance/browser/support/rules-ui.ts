import type { EnhancementRule, EnhancementRuleCreate } from '@parley/contracts'
import type { Locator, Page, Request } from 'playwright-core'
import { expect } from 'vitest'
import type { System } from '../../support/system.js'

/** The example of the README. */
export const doorReplies: EnhancementRuleCreate = {
  name: 'door-replies',
  condition: { topic: 'cmd/#' },
  actions: { responseTopic: 'replies/${clientId}', correlationData: '${payload.requestId}' }
}

/** A rule that sets something, under this name. */
export function ruleNamed(name: string, fields: Partial<EnhancementRuleCreate> = {}): EnhancementRuleCreate {
  return { name, actions: { messageExpiryInterval: 60 }, ...fields }
}

export function rulesPath(instanceId: string): string {
  return `/instances/${instanceId}/rules`
}

/** All rules as the API has them, in their order. */
export async function rulesOf(system: System, instanceId: string): Promise<EnhancementRule[]> {
  const path = `/instances/${instanceId}/enhancement-rules?limit=100`
  return (await system.rest.send<{ items: EnhancementRule[] }>('GET', path)).body.items
}

/** The names in the list, from its top. */
export function namesShown(page: Page): Promise<string[]> {
  return page.locator('li[data-row] a').allInnerTexts()
}

/** Waits until the list shows this order. */
export async function expectOrder(page: Page, names: readonly string[]): Promise<void> {
  await expect.poll(() => namesShown(page), { timeout: 5_000 }).toEqual(names)
}

/** What the page sent to set priorities since then, one entry a request. */
export function prioritiesSent(page: Page): object[] {
  const sent: object[] = []
  page.on('request', (request: Request) => {
    if (request.method() === 'PUT' && request.url().endsWith('/priorities')) sent.push(request.postDataJSON())
  })
  return sent
}

export function editor(page: Page): Locator {
  return page.getByRole('form', { name: 'Rule' })
}

export function preview(page: Page): Locator {
  return page.getByRole('region', { name: 'Preview' })
}

/** A field of the editor that takes variables. */
export function template(page: Page, name: string): Locator {
  return editor(page).getByRole('combobox', { name, exact: true })
}

/** The row of what comes out for this property. */
export function outcome(page: Page, property: string): Locator {
  return preview(page).getByRole('row').filter({ hasText: property })
}

/** From the form to the saved rule, by the keyboard alone. */
export async function saveByKeys(page: Page): Promise<void> {
  await page.keyboard.press('Control+s')
  await page.getByRole('dialog', { name: 'Save these changes?' }).waitFor()
  await page.keyboard.press('Enter')
}
