import type { Browser } from 'playwright-core'
import type { Cleanups } from '../../support/cleanups.js'
import { type Account, System } from '../../support/system.js'
import { launchChromium } from './chromium.js'
import { Visitor, type VisitorOptions } from './visitor.js'

/** The whole service, a browser, and a person who administers the first tenant. */
export class Admin {
  readonly system: System
  readonly account: Account
  readonly #browser: Browser

  private constructor(system: System, account: Account, browser: Browser) {
    this.system = system
    this.account = account
    this.#browser = browser
  }

  static async start(cleanups: Cleanups, nodes = 1): Promise<Admin> {
    const browser = await launchChromium()
    cleanups.add(() => browser.close())
    const system = await System.start(cleanups, nodes)
    const account = await system.createAccount('first', 'admin@first.test')
    return new Admin(system, account, browser)
  }

  get url(): string {
    return `http://127.0.0.1:${this.system.api.port}`
  }

  /** A visitor who is not signed in. */
  visitor(cleanups: Cleanups, options?: VisitorOptions): Promise<Visitor> {
    return Visitor.come(this.#browser, this.url, cleanups, options)
  }

  /** A visitor who signed in and is on the page of this path. */
  async signedIn(
    cleanups: Cleanups,
    path = '/instances',
    options?: VisitorOptions,
    { email, password }: Account = this.account
  ): Promise<Visitor> {
    const visitor = await this.visitor(cleanups, options)
    await visitor.signIn(email, password, path)
    return visitor
  }
}
