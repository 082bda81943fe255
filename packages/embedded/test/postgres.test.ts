import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, test } from 'vitest'
import { type EmbeddedServer, EmbeddedServerError, freePort, startPostgres } from '../src/index.js'
import { isAlive, waitUntil } from '../src/server-process.js'
import { stopAfterTest, temporaryDir } from './cleanup.js'

async function start(dir: string, port?: number): Promise<EmbeddedServer> {
  return stopAfterTest(await startPostgres({ dir, fast: true, ...(port ? { port } : {}) }))
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query(sql).finally(() => client.end())
  return rows
}

test('answers at its url, keeps its port and its data over a stop', async () => {
  const dir = temporaryDir()
  const first = await start(dir)
  expect(first.reused).toBe(false)
  await query(first.url, 'create table kept (n int)')
  await first.stop()
  expect(isAlive(first.pid)).toBe(false)

  const second = await start(dir)
  expect(second.port).toBe(first.port)
  expect(await query(second.url, 'select * from kept')).toEqual([])
})

test('takes over a server that a killed parent left behind', async () => {
  const dir = temporaryDir()
  const first = await start(dir)
  const second = await start(dir)
  expect(second).toMatchObject({ pid: first.pid, url: first.url, reused: true })
  await second.stop()
  expect(isAlive(first.pid)).toBe(false)
})

test('starts again after the server itself was killed', async () => {
  const dir = temporaryDir()
  // With `fast` a kill loses what was committed last.
  const first = stopAfterTest(await startPostgres({ dir }))
  await query(first.url, 'create table kept (n int)')
  process.kill(first.pid, 'SIGKILL')
  await waitUntil(() => !isAlive(first.pid), 5_000)

  const second = await start(dir)
  expect(second.reused).toBe(false)
  expect(await query(second.url, 'select * from kept')).toEqual([])
})

test('is not deceived by a process that got the number of a server long gone', async () => {
  const dir = temporaryDir()
  const first = await start(dir)
  const pidFile = join(dir, 'data', 'postmaster.pid')
  const lines = readFileSync(pidFile, 'utf8').split('\n')
  await first.stop()
  writeFileSync(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'))

  expect((await start(dir)).reused).toBe(false)
})

test('runs below a folder that no other account may enter', async () => {
  const dir = temporaryDir()
  chmodSync(dir, 0o700)
  const server = await start(join(dir, 'postgres'))
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('moves its data to the other account when the folder above is closed later', async () => {
  const dir = temporaryDir()
  const first = await start(join(dir, 'postgres'))
  await query(first.url, 'create table kept (n int)')
  await first.stop()
  chmodSync(dir, 0o700)
  const second = await start(join(dir, 'postgres'))
  expect(await query(second.url, 'select * from kept')).toEqual([])
})

test('begins anew when making the data folder was interrupted', async () => {
  const dir = temporaryDir()
  mkdirSync(join(dir, 'data.unfinished'))
  writeFileSync(join(dir, 'data.unfinished', 'PG_VERSION'), '18\n')
  expect((await start(dir)).reused).toBe(false)
})

test('says in its error what is wrong and what to do', async () => {
  const dir = temporaryDir()
  mkdirSync(join(dir, 'data'), { mode: 0o700 })
  writeFileSync(join(dir, 'data', 'PG_VERSION'), '9.6\n')
  const failure = await startPostgres({ dir, port: await freePort() }).catch((error) => error)
  expect(failure).toBeInstanceOf(EmbeddedServerError)
  expect(failure.message).toMatch(/^Postgres did not start: /)
  expect(failure.remedy).toContain('DATABASE_URL')
})
