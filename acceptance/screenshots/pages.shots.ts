import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, test } from 'vitest'
import { Admin } from '../browser/support/admin.js'
import { everyPage } from '../browser/support/every-page.js'
import { playScene, type Scene } from '../browser/support/scene.js'
import { desktop, phone } from '../browser/support/visitor.js'
import { Cleanups } from '../support/cleanups.js'
import { root } from '../support/npm-start.js'

/** Live figures have moved by then, and what fades in is there. */
const settleMs = 2_500

const whole = new Cleanups()
const cleanups = new Cleanups()
let admin: Admin
let scene: Scene

beforeAll(async () => {
  admin = await Admin.start(whole)
  scene = await playScene(admin.system, whole)
})
afterEach(() => cleanups.run())
afterAll(() => whole.run())

/** Where the pictures go: the README's folder, or the one that `PARLEY_SCREENSHOTS` names. */
const folder = process.env.PARLEY_SCREENSHOTS ?? join(root, 'docs/screenshots')
/** The README shows these; a review wants all. */
const all = process.env.PARLEY_SCREENSHOTS !== undefined
const shown = new Set(['instances', 'instance', 'rule', 'try-it', 'dead-letters'])

test.each([
  { colorScheme: 'light', viewport: desktop },
  { colorScheme: 'dark', viewport: desktop },
  { colorScheme: 'light', viewport: phone },
  { colorScheme: 'dark', viewport: phone }
] as const)('$colorScheme, $viewport.width px', async ({ colorScheme, viewport }) => {
  const readme = colorScheme === 'light' && viewport === desktop
  if (!readme && !all) return
  mkdirSync(folder, { recursive: true })
  const { page } = await admin.signedIn(cleanups, '/instances', { colorScheme, viewport })
  for (const { name, path, ready } of everyPage(scene)) {
    if (!all && !shown.has(name)) continue
    await page.goto(path)
    await ready(page).waitFor()
    await page.waitForTimeout(settleMs)
    const file = all ? `${name}-${colorScheme}-${viewport.width}.png` : `${name}.png`
    await page.screenshot({ path: join(folder, file), fullPage: all, animations: 'disabled' })
  }
})
