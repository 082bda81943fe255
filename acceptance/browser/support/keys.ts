import { errors, type Locator, type Page } from 'playwright-core'

const answerMs = 1_500
const attempts = 5

/**
 * Presses a key until its effect is there, as a person would: a row that was just picked up does not know yet where the others
 * are, and lets the key go by.
 */
export async function pressUntil(page: Page, key: string, effect: Locator): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await page.keyboard.press(key)
    try {
      return await effect.waitFor({ state: 'attached', timeout: answerMs })
    } catch (error) {
      if (attempt === attempts || !(error instanceof errors.TimeoutError)) throw error
    }
  }
}
