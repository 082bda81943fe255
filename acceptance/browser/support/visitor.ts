import axe, { type AxeResults } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Cleanups } from '../../support/cleanups.js'

export const desktop = { width: 1_440, height: 900 }
export const phone = { width: 390, height: 844 }

export interface VisitorOptions {
  viewport?: { width: number; height: number }
  colorScheme?: 'light' | 'dark'
}

const actionTimeoutMs = 10_000
const graveImpacts = ['serious', 'critical']

/**
 * Colours on their way from one to another are none that anybody reads; what moves for ever is not waited for. A click may begin to show
 * a frame later: still is what did not move for two frames.
 */
const afterTransitions = `(async () => {
  const isMoving = (animation) =>
    animation.playState === 'running' && animation.effect.getComputedTiming().endTime !== Infinity
  for (let stillFrames = 0; stillFrames < 2; ) {
    await new Promise(requestAnimationFrame)
    const moving = document.getAnimations().filter(isMoving)
    stillFrames = moving.length === 0 ? stillFrames + 1 : 0
    await Promise.allSettled(moving.map((animation) => animation.finished))
  }
})()`

/** A person with a browser of their own; keeps everything that the pages complain about. */
export class Visitor {
  readonly page: Page
  readonly context: BrowserContext
  /** Console errors, uncaught errors and violations of the content security policy. */
  readonly complaints: string[] = []

  private constructor(context: BrowserContext, page: Page) {
    this.context = context
    this.page = page
    // A violation of the policy is a console error as well.
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`${message.text()} (${message.location().url})`)
    })
    page.on('pageerror', (error) => this.complaints.push(String(error)))
  }

  static async come(
    browser: Browser,
    baseURL: string,
    cleanups: Cleanups,
    { viewport = desktop, colorScheme = 'light' }: VisitorOptions = {}
  ): Promise<Visitor> {
    const context = await browser.newContext({
      baseURL,
      viewport,
      colorScheme,
      reducedMotion: 'reduce',
      permissions: ['clipboard-read', 'clipboard-write']
    })
    context.setDefaultTimeout(actionTimeoutMs)
    cleanups.add(() => context.close())
    return new Visitor(context, await context.newPage())
  }

  /** Signs in on the sign-in page, and waits for the page behind it. */
  async signIn(email: string, password: string, path = '/'): Promise<void> {
    const { page } = this
    await page.goto(path)
    await page.getByLabel('Email').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.locator('#content').waitFor()
  }

  /** No complaint was made since the last look. What a test provokes on purpose is named, as part of its text. */
  expectQuiet(...provoked: string[]): void {
    const complaints = this.complaints.splice(0)
    const unexpected = complaints.filter((complaint) => !provoked.some((part) => complaint.includes(part)))
    expect(unexpected, 'what the page complains about').toEqual([])
  }

  /** axe-core finds no serious and no critical violation of WCAG 2 AA on the page as it stands. */
  async expectAccessible(): Promise<void> {
    await this.page.evaluate(afterTransitions)
    await this.page.evaluate(axe.source)
    const { violations } = (await this.page.evaluate(
      `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] })`
    )) as AxeResults
    const grave = violations
      .filter(({ impact }) => graveImpacts.includes(impact ?? ''))
      .map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => node.html).join('\n')}`)
    expect(grave, `axe on ${this.page.url()}`).toEqual([])
  }

  /** Nothing sticks out sideways: a page never scrolls that way, only a table or a piece of code within it. */
  async expectNoSidewaysScroll(): Promise<void> {
    const [scroll, client] = (await this.page.evaluate(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]'
    )) as [number, number]
    expect(scroll, `width of ${this.page.url()}`).toBeLessThanOrEqual(client)
  }
}
