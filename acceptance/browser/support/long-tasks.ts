import type { Page } from 'playwright-core'

/** From now on the page remembers how long each task took that held it for more than 50 ms. */
export async function watchLongTasks(page: Page): Promise<void> {
  await page.evaluate(`
    globalThis.longTasksMs = []
    globalThis.longTaskObserver = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) longTasksMs.push(duration)
    })
    longTaskObserver.observe({ type: 'longtask' })
  `)
}

/** The longest task since the last call, 0 when none was long; asked once the page has nothing to do any more. */
export async function longestTaskMs(page: Page): Promise<number> {
  return (await page.evaluate(`
    new Promise((resolve) => {
      requestIdleCallback(() => {
        for (const { duration } of longTaskObserver.takeRecords()) longTasksMs.push(duration)
        resolve(Math.max(0, ...longTasksMs.splice(0)))
      })
    })
  `)) as number
}

/** Goes to another page as a link does, without loading the document anew. */
export async function goWithin(page: Page, path: string): Promise<void> {
  await page.evaluate(`history.pushState({}, '', ${JSON.stringify(path)})`)
}
