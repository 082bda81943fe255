import type { Page } from 'playwright-core'

/** Texts that a device or an operator may choose, and that a careless page would run or be torn by. */
export const hostileTexts = [
  '<img src=x onerror="parleyRan()">',
  '<script>parleyRan()</script>',
  '"><svg onload=parleyRan()>',
  "javascript:parleyRan()//'",
  '{{constructor.constructor("parleyRan()")()}}',
  'right\u202eto left\u2066 and back',
  'w'.repeat(64),
  'c\u0001on\u007ftrol\u0085',
  'x'.repeat(2_000)
] as const

/** Watches from the next page on; the function says whether one of the texts ran. */
export async function watchForScripts(page: Page): Promise<() => Promise<boolean>> {
  const watch = 'window.parleyRan = () => { window.parleyDidRun = true }'
  await page.addInitScript(watch)
  await page.reload()
  return async () => Boolean(await page.evaluate('window.parleyDidRun'))
}
