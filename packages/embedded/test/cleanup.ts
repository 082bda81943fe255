import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { EmbeddedServer } from '../src/index.js'

/** A folder that every account may enter; gone after the test. */
export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'parley-embedded-'))
  chmodSync(dir, 0o755)
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** Stops the server after the test, before its folder goes. */
export function stopAfterTest(server: EmbeddedServer): EmbeddedServer {
  onTestFinished(() => server.stop())
  return server
}
