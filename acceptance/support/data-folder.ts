import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { Cleanups } from './cleanups.js'
import { killProcessesNaming } from './processes.js'

/**
 * A data folder of its own. At the end no process may be left that names it: one that is left is ended, and fails the test.
 * The embedded Postgres may run under another account, so everybody may enter the folder.
 */
export function dataFolder(cleanups: Cleanups): string {
  const dir = mkdtempSync(join(tmpdir(), 'parley-acceptance-'))
  chmodSync(dir, 0o755)
  cleanups.add(async () => {
    const left = await killProcessesNaming(dir)
    rmSync(dir, { recursive: true, force: true })
    expect(left, 'processes left behind').toEqual([])
  })
  return dir
}
