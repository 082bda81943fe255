import { afterAll, afterEach, beforeAll, test } from 'vitest'
import { Cleanups } from '../support/cleanups.js'
import { Admin } from './support/admin.js'
import { describeInBrowser } from './support/chromium.js'
import { everyPage } from './support/every-page.js'
import { playScene, type Scene } from './support/scene.js'
import { desktop, phone } from './support/visitor.js'

/** All pages, one after the other. */
const walkTimeoutMs = 120_000

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin
let scene: Scene

describeInBrowser('every page', () => {
  beforeAll(async () => {
    admin = await Admin.start(whole)
    scene = await playScene(admin.system, whole)
  })
  afterEach(() => cleanups.run())
  afterAll(() => whole.run())

  test.each([
    { colorScheme: 'light', viewport: desktop },
    { colorScheme: 'dark', viewport: desktop },
    { colorScheme: 'light', viewport: phone },
    { colorScheme: 'dark', viewport: phone }
  ] as const)(
    'is accessible, fits and is quiet: $colorScheme, $viewport.width px',
    async (options) => {
      const visitor = await admin.signedIn(cleanups, '/instances', options)
      for (const { path, ready } of everyPage(scene)) {
        await visitor.page.goto(path)
        await ready(visitor.page).waitFor()
        await visitor.expectAccessible()
        await visitor.expectNoSidewaysScroll()
        visitor.expectQuiet()
      }
    },
    walkTimeoutMs
  )
})
