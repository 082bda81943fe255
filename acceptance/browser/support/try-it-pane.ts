import type { Locator, Page } from 'playwright-core'

export const pane = (page: Page, name: 'Responder' | 'Requester') =>
  page.getByRole('region', { name, exact: true })

/** The one button that says what to do next. */
export const nextButton = (page: Page) => page.getByRole('region', { name: 'Next step' }).getByRole('button')

export const timeline = (page: Page) => page.getByRole('region', { name: 'What happens', exact: true })

/** What happened so far, by kind of step, in its order. */
export function steps(page: Page): Promise<string[]> {
  return timeline(page)
    .locator('li[data-step]')
    .evaluateAll((items) => items.map((item) => item.getAttribute('data-step') ?? ''))
}

export const reply = (page: Page) => timeline(page).getByRole('region', { name: 'The reply, field by field' })

/** The line of one field of the reply: its JSON and what it means. */
export const replyField = (within: Locator, path: string) => within.locator(`[data-field="${path}"]`)

export async function connectBoth(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Connect both' }).click()
  await pane(page, 'Responder').getByText('connected', { exact: true }).waitFor()
  await pane(page, 'Requester').getByText('connected', { exact: true }).waitFor()
}

export async function sendRequest(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Send (the|another) request$/ }).click()
}

/** Fills a field of a pane. */
export async function fill(
  page: Page,
  name: 'Responder' | 'Requester',
  field: string,
  value: string
): Promise<void> {
  await pane(page, name).getByLabel(field, { exact: true }).fill(value)
}
