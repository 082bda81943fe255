import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type DevFile, devFileName } from '@parley/contracts'
import { writePrivately } from './private-file.js'

/** Says where this start can be reached, for the tests and the demo. */
export function writeDevFile(dataDir: string, content: DevFile): void {
  writePrivately(join(dataDir, devFileName), content)
}

/** Nothing can be reached any more. */
export function removeDevFile(dataDir: string): void {
  rmSync(join(dataDir, devFileName), { force: true })
}
