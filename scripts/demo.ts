// `npm run demo`: plays Request/Response with real clients against a running `npm start`, and prints each step.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type DevFile, devFileName } from '@parley/contracts'
import { isAlive } from '@parley/embedded'
import { DemoError } from './demo/demo-error.js'
import { playScene } from './demo/scene.js'

const root = dirname(import.meta.dirname)

try {
  await playScene(readDevFile(resolve(root, process.env.PARLEY_DATA_DIR || '.parley')))
} catch (error) {
  console.error(error instanceof DemoError ? error.message : error)
  process.exitCode = 1
}

function readDevFile(dataDir: string): DevFile {
  const file = join(dataDir, devFileName)
  const dev = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DevFile) : undefined
  if (dev && isAlive(dev.pid)) return dev
  throw new DemoError(`Nothing runs on ${dataDir}: run \`npm start\` in another terminal first.`)
}
