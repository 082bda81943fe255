import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import sparticuz from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'
import { describe } from 'vitest'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const macOs = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

/** Nothing but the pages: no update, no sync, no look at the outside. */
const quietArguments = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--no-first-run'
]

/** In this order: what `CHROMIUM_PATH` names, what is installed, the one that npm brought on Linux. */
async function findChromium(): Promise<string | undefined> {
  const { CHROMIUM_PATH, PATH = '' } = process.env
  if (CHROMIUM_PATH) return CHROMIUM_PATH
  const installed = PATH.split(delimiter).flatMap((dir) => names.map((name) => join(dir, name)))
  const found = [...installed, macOs].find(isExecutable)
  if (found || process.platform !== 'linux') return found
  return sparticuz.executablePath()
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const executablePath = await findChromium()
if (!executablePath) {
  console.error('\nNO CHROMIUM: the browser tests are skipped. Install one, or name it in CHROMIUM_PATH.\n')
}

/** Tests that need a browser: skipped, with a loud word, where there is none; in CI that is a failure. */
export const describeInBrowser = executablePath || process.env.CI ? describe : describe.skip

/** Starts the browser. Throws when there is none. */
export function launchChromium(): Promise<Browser> {
  if (!executablePath) throw new Error('There is no Chromium: install one, or name it in CHROMIUM_PATH.')
  return chromium.launch({ executablePath, args: quietArguments, chromiumSandbox: false })
}
