import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@parley/database'
import { type EmbeddedServer, startPostgres } from '@parley/embedded'
import pg from 'pg'

const templateName = 'parley_template'

interface TestPostgres {
  server: EmbeddedServer
  stop(): Promise<void>
}

let running: Promise<TestPostgres> | undefined

/** The Postgres of this test process, with a migrated template database. Started on first use, without fsync. */
function testPostgres(): Promise<TestPostgres> {
  running ??= start()
  return running
}

async function start(): Promise<TestPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-test-postgres-'))
  const server = await startPostgres({ dir, fast: true, detached: false })
  await run(server.url, `CREATE DATABASE ${templateName}`)
  await migrate(databaseUrl(server.url, templateName))
  const stop = async (): Promise<void> => {
    await server.stop()
    rmSync(dir, { recursive: true, force: true })
  }
  // The end of a test process is its only hook that is never missed; the kernel does the rest.
  process.once('exit', () => {
    process.kill(server.pid, 'SIGKILL')
    rmSync(dir, { recursive: true, force: true })
  })
  return { server, stop }
}

export interface TestDatabase {
  url: string
  drop(): Promise<void>
}

/** A migrated, empty database of its own, cloned from the template in a few milliseconds. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { server } = await testPostgres()
  const name = `test_${randomBytes(6).toString('hex')}`
  await run(server.url, `CREATE DATABASE ${name} TEMPLATE ${templateName}`)
  return {
    url: databaseUrl(server.url, name),
    drop: () => run(server.url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.toString()
}
