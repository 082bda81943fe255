import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { freePort } from '@parley/embedded'
import { afterAll, expect, test } from 'vitest'
import { Cleanups } from './support/cleanups.js'
import { NpmStart, startSettings } from './support/npm-start.js'
import { processesNaming } from './support/processes.js'

const cleanups = new Cleanups()
afterAll(() => cleanups.run())

/** A start that cannot succeed: one sentence that holds `named`, exit code 1, nothing left. */
async function expectRefusal(env: NodeJS.ProcessEnv, named: (string | RegExp)[]): Promise<void> {
  const settings = await startSettings(cleanups)
  const start = new NpmStart({ ...settings, env: { ...settings.env, ...env } }, cleanups)
  expect(await start.exited(), start.stderr).toEqual({ code: 1, signal: null })

  const sentences = start.stderr.trim().split('\n')
  expect(sentences).toHaveLength(1)
  expect(sentences[0]).toMatch(/^[A-Z].*\.$/)
  for (const text of named) expect(sentences[0]).toMatch(text)
  expect(existsSync(start.devFile)).toBe(false)
  expect(processesNaming(settings.dataDir)).toEqual([])
}

async function takenPort(): Promise<string> {
  const server: Server = createServer()
  cleanups.add(() => new Promise((resolve) => server.close(resolve)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return String((server.address() as { port: number }).port)
}

test.concurrent('a taken HTTP port', async () => {
  const port = await takenPort()
  await expectRefusal({ PARLEY_HTTP_PORT: port }, [port, 'PARLEY_HTTP_PORT'])
})

test.concurrent('a taken edge port', async () => {
  const port = await takenPort()
  await expectRefusal({ PARLEY_EDGE_PORT: port }, [port, 'PARLEY_EDGE_PORT'])
})

test.concurrent('an unreachable DATABASE_URL', async () => {
  const url = `postgresql://parley:secret@127.0.0.1:${await freePort()}/parley`
  await expectRefusal({ DATABASE_URL: url }, ['DATABASE_URL', /^(?!.*secret)/])
})

test.concurrent('an unreachable REDIS_URL', async () => {
  await expectRefusal({ REDIS_URL: `redis://:secret@127.0.0.1:${await freePort()}` }, [
    'REDIS_URL',
    /^(?!.*secret)/
  ])
})

test.concurrent('a setting that is no setting', async () => {
  await expectRefusal({ PARLEY_HTTP_PORT: 'eighty' }, ['PARLEY_HTTP_PORT', 'eighty'])
})
