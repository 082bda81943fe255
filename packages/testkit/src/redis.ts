import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@parley/embedded'
import { Redis } from 'ioredis'

export interface TestRedis {
  url: string
  flush(): Promise<void>
  /** Stops the server; its data stays for `start`. */
  stop(): Promise<void>
  /** Starts it again on the same port, with the data it had. */
  start(): Promise<void>
  /** Stops it for good and removes its data. */
  end(): Promise<void>
}

/** A private Redis with append-only file: pub/sub knows no databases, so that tests do not share one. */
export async function createTestRedis(): Promise<TestRedis> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-test-redis-'))
  let server = await startRedis({ dir, detached: false })
  const { url, port } = server
  const kill = (): void => {
    process.kill(server.pid, 'SIGKILL')
  }
  process.once('exit', kill)
  return {
    url,
    async flush() {
      const admin = new Redis(url)
      await admin.flushall()
      admin.disconnect()
    },
    stop: () => server.stop(),
    async start() {
      server = await startRedis({ dir, port, detached: false })
    },
    async end() {
      process.off('exit', kill)
      await server.stop()
      rmSync(dir, { recursive: true, force: true })
    }
  }
}
